// Blocking script in the head: the chosen theme stands before the first paint.
// The cookie is readable by the server too, which may render data-theme itself.
(() => {
    const root = document.documentElement;
    const read = () => /(?:^|; )theme=(light|dark)(?:;|$)/.exec(document.cookie)?.[1] ?? "system";

    const apply = () => {
        const theme = read();
        if (theme === "system") {
            root.removeAttribute("data-theme");
        } else if (root.dataset.theme !== theme) {
            root.dataset.theme = theme;
        }
    };

    const showChoice = () => {
        const theme = read();
        for (const button of document.querySelectorAll("[data-theme-choice]")) {
            button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
        }
    };

    const choose = theme => {
        const age = theme === "system" ? 0 : 31536000;
        const secure = location.protocol === "https:" ? "; Secure" : "";
        document.cookie = `theme=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
        apply();
        showChoice();
    };

    apply();
    document.addEventListener("DOMContentLoaded", showChoice);
    document.addEventListener("toggle", showChoice, true);
    document.addEventListener("click", event => {
        const button = event.target.closest?.("[data-theme-choice]");
        if (button) {
            choose(button.dataset.themeChoice);
        }
    });

    // A page change that keeps the document may rewrite the attributes of the root element.
    new MutationObserver(apply).observe(root, { attributeFilter: ["data-theme"] });
})();
