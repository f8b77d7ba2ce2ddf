"""What is sent to whom: campaigns, the issue in each language, and the ledger of deliveries."""
