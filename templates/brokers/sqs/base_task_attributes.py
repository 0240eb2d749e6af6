    Request = DeadLetteringRequest
