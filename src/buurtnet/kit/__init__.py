"""What every slice stands on, one concept per module and no word of the domain: transactions, refusals, secrets, outbox, clock, ids."""
