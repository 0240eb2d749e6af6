"""A stand-in for Azure Service Bus: as much of it as kombu and the project's transport ask for, in memory.

It speaks AMQP 1.0 by Qpid Proton, which `azure-servicebus` takes for Azure's emulator, and the HTTP of its management
client. It knows no rights and no throttling, and has never been compared with the service.
"""
