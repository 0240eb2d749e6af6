"""A stand-in for Azure Service Bus: as much of it as kombu and the project's transport ask for, in memory.

It speaks AMQP 1.0 by Qpid Proton, which `azure-servicebus` takes for an emulator, and the HTTP of its management client.
It knows no rights, no throttling and no sessions, and has never been compared with the service.
"""
