"""How are dates and numbers written? As in Europe, where Django knows only of America."""
