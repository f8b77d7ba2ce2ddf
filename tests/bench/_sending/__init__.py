"""The contenders of the sending bench and the sink they send to."""
