"""What the catcher of mails and the partner's site share: pages without sessions, in little memory."""
