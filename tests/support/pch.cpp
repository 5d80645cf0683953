// Only there to have the precompiled header made.
