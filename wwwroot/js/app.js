// The one module that every page loads. Behaviour hangs on attributes, so markup that arrives later works too.
import "./copy.js";
import "./dialog.js";
import "./menu.js";
import "./passkey.js";
import "./print.js";
import "./shortcuts.js";
