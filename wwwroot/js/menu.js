// <details class="menu"> closes on Escape, on a click elsewhere, and when focus leaves it; a navigation sheet closes when a link is followed.

const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("keydown", event => {
    if (event.key !== "Escape") {
        return;
    }
    for (const menu of openMenus()) {
        const hadFocus = menu.contains(document.activeElement);
        menu.open = false;
        if (hadFocus) {
            menu.querySelector("summary").focus();
        }
    }
});

document.addEventListener("click", event => {
    for (const menu of openMenus()) {
        if (!menu.contains(event.target) || event.target.closest("a, [data-menu-close]")) {
            menu.open = false;
        }
    }

    const sheet = event.target.closest?.("a")?.closest("[popover]");
    if (sheet?.matches(":popover-open")) {
        sheet.hidePopover();
    }
});

document.addEventListener("focusout", event => {
    const menu = event.target.closest?.("details.menu[open]");
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) {
        menu.open = false;
    }
});

// A summary that is a button says itself whether it is open.
document.addEventListener("toggle", event => {
    if (event.target.matches?.("details.menu")) {
        event.target.querySelector("summary[aria-expanded]")?.setAttribute("aria-expanded", event.target.open);
    }
}, true);
