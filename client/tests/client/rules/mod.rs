//! Each rule of DESIGN.md, section 4, with its tests. The modules carry the rules' names.

mod closing;
mod keeping;
mod notes;
mod one_writer;
mod order;
mod settling;
mod what_counts;
mod whose_channel;
mod withdrawing;
