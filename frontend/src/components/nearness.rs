//! Whether a piece of the page is near what is in front of somebody: a long list draws only what is.

use js_sys::Array;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{
    Element, HtmlElement, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit,
};
use yew::prelude::*;

/// What is no further above or below than this is near: a turn of a wheel should not be faster than the drawing.
const MARGIN: &str = "1200px 0px";

/// Watches one element until it is dropped.
struct Nearness {
    observer: IntersectionObserver,
    _told: Closure<dyn FnMut(Array)>,
}

impl Nearness {
    /// Tells whether an element is near what is seen of its parent, which scrolls, now and whenever that changes; nothing where the
    /// browser cannot say.
    fn watch(element: &Element, told: impl Fn(bool) + 'static) -> Option<Self> {
        let told = Closure::new(move |entries: Array| {
            // Changes that came together: the last is how it stands.
            let last = entries.pop().dyn_into::<IntersectionObserverEntry>();
            if let Ok(last) = last {
                told(last.is_intersecting());
            }
        });
        let options = IntersectionObserverInit::new();
        options.set_root_margin(MARGIN);
        options.set_root(element.parent_element().as_ref());
        let observer =
            IntersectionObserver::new_with_options(told.as_ref().unchecked_ref(), &options).ok()?;
        observer.observe(element);
        Some(Self {
            observer,
            _told: told,
        })
    }
}

impl Drop for Nearness {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Whether the element at `node` is near what is seen of its parent, which scrolls; `at_first` as long as the browser has not said. While it is not, it is as high as when it was drawn last, or `height` pixels if it never was, so
/// that what is around it stays where it is.
#[hook]
pub fn use_nearness(node: &NodeRef, at_first: bool, height: i32) -> bool {
    let near = use_state_eq(|| at_first);
    let place = use_mut_ref(|| height);
    {
        let (node, near, place) = (node.clone(), near.clone(), place.clone());
        use_effect_with((), move |()| {
            let element = node.cast::<HtmlElement>();
            let watching = element.and_then(|element| {
                let watched = element.clone();
                Nearness::watch(&element, move |is_near| {
                    if is_near {
                        near.set(true);
                    } else if !has_focus(&watched) {
                        let height = watched.offset_height();
                        if height > 0 {
                            place.replace(height);
                        }
                        near.set(false);
                    }
                })
            });
            move || drop(watching)
        });
    }
    {
        let (node, place) = (node.clone(), place);
        // After it was drawn, or emptied, and before anybody sees it.
        use_effect_with(*near, move |near| hold_open(&node, &place, !near));
    }
    *near
}

/// What somebody is in the middle of stays.
fn has_focus(element: &HtmlElement) -> bool {
    let active = gloo::utils::document().active_element();
    active.is_some_and(|active| element.contains(Some(&active)))
}

fn hold_open(node: &NodeRef, place: &Rc<RefCell<i32>>, is_empty: bool) {
    let Some(element) = node.cast::<HtmlElement>() else {
        return;
    };
    // Through the element's own style: the page's policy takes no style attributes.
    let style = element.style();
    let done = if is_empty {
        style.set_property("height", &format!("{}px", place.borrow()))
    } else {
        style.remove_property("height").map(drop)
    };
    drop(done);
}
