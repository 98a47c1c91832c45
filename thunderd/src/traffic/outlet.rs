//! Who hears the statements of a session: the node at the other end of a link, or the page on a connection of its own.

use super::frames::SessionFrame;
use crate::{downloads::Line, node::Links, peer::PeerFrame};
use std::{cell::RefCell, rc::Rc};
use thunder_channel::{Address, metering::SignedCount};

/// The way to the other side. What does not get through is said again by the session.
pub enum Outlet {
    /// A node, which may be linked or not.
    Node {
        /// Every link of this node.
        links: Rc<Links>,
        /// Which of them.
        with: Address,
    },
    /// A page, where it is connected.
    Page(RefCell<Option<Rc<Line>>>),
}

impl Outlet {
    /// Says a statement, if there is anybody to hear it.
    pub fn say(&self, statement: SignedCount) {
        match self {
            Self::Node { links, with } => {
                let frame = SessionFrame::Count(statement);
                links.say(*with, PeerFrame::Session(Box::new(frame)));
            }
            Self::Page(line) => {
                if let Some(line) = &*line.borrow() {
                    line.count(statement);
                }
            }
        }
    }

    /// Whether anybody hears it.
    pub fn is_up(&self) -> bool {
        match self {
            Self::Node { links, with } => links.is_linked(*with),
            Self::Page(line) => line.borrow().is_some(),
        }
    }

    /// A page's connection takes the session over from a former one, which ends.
    pub fn attach(&self, line: &Rc<Line>) {
        if let Self::Page(place) = self
            && let Some(former) = place.replace(Some(line.clone()))
            && !Rc::ptr_eq(&former, line)
        {
            former.take_over();
        }
    }

    /// A page's connection has ended.
    pub fn detach(&self, line: &Rc<Line>) {
        if let Self::Page(place) = self {
            let is_its = place.borrow().as_ref().is_some_and(|held| Rc::ptr_eq(held, line));
            if is_its {
                place.take();
            }
        }
    }
}
