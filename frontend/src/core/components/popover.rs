//! Popovers of the browser, placed beside what opens them.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

const MARGIN: f64 = 8.0;
const GAP: f64 = 4.0;

fn call(element: &HtmlElement, method: &str) {
    if let Ok(function) = js_sys::Reflect::get(element, &JsValue::from_str(method))
        && let Some(function) = function.dyn_ref::<js_sys::Function>()
    {
        // Opening what is open, or closing what is closed, is an error without consequence.
        let _ = function.call0(element);
    }
}

pub fn show(element: &HtmlElement) {
    call(element, "showPopover");
}

pub fn hide(element: &HtmlElement) {
    call(element, "hidePopover");
}

#[must_use]
pub fn is_open(element: &HtmlElement) -> bool {
    element.matches(":popover-open").unwrap_or(false)
}

/// Puts an open popover under its anchor, or above where there is more room, inside of the window.
pub fn place(popover: &HtmlElement, anchor: &HtmlElement, as_wide: bool) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let size = |value: Result<JsValue, JsValue>| value.ok().and_then(|v| v.as_f64()).unwrap_or(0.0);
    let (width, height) = (size(window.inner_width()), size(window.inner_height()));
    let from = anchor.get_bounding_client_rect();
    let style = popover.style();
    let set = |name: &str, value: f64| {
        let _ = style.set_property(name, &format!("{value:.0}px"));
    };
    if as_wide {
        set("min-width", from.width());
    }
    let (below, above) = (height - from.bottom(), from.top());
    let room = below.max(above) - MARGIN - GAP;
    set("max-height", room.max(120.0));
    let own = popover.get_bounding_client_rect();
    let left = from.left().min(width - own.width() - MARGIN).max(MARGIN);
    let top = if own.height() + GAP + MARGIN <= below || below >= above {
        from.bottom() + GAP
    } else {
        (from.top() - GAP - own.height()).max(MARGIN)
    };
    set("left", left);
    set("top", top);
}
