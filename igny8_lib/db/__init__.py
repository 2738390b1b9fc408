"""Engine, sessions and column types. The library never commits: the caller owns one short transaction."""
