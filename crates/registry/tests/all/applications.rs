//! From the first draft to the ID: applications, their review, and what follows from them, through the pages.

mod changing;
mod desk;
mod filling;
mod one_stop;
mod reviewing;
mod sending;
