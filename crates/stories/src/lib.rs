//! Nothing here: the stories are under `tests/stories`, one file each. They drive the real registry and the real reader program
//! over real HTTP, on both databases. `src/bin` has the two programs as the stories start and kill them.
