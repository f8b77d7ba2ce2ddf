"""The act of sending: claim, write, hand to the relay, settle; and put right what a crash left open."""
