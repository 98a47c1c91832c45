//! Each rule of DESIGN.md, section 4, with its tests. The modules carry the rules' names.

mod asking;
mod closing;
mod declining;
mod evidence;
mod keeping;
mod notes;
mod one_writer;
mod order;
mod paid_once;
mod restoring;
mod settling;
mod spending;
mod what_counts;
mod whose_channel;
mod withdrawing;
