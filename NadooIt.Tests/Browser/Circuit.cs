using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using NadooIt.Data.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Browser;

/// <summary>A page is readable before its circuit stands; what is pressed or typed until then would be lost.</summary>
internal static class Circuit
{
    /// <summary>Waits until the page's controls have their handlers; a page without a circuit needs none.</summary>
    /// <remarks>The circuit puts new elements in the place of those that came with the page, so none of them is held on to.</remarks>
    public static Task AnswersAsync(IPage page) => page.WaitForFunctionAsync(
        """
        () => !document.getElementById('components-reconnect-modal')
            || [...document.querySelectorAll('main button, main form, main input, main select')].some(element => Object.keys(element).some(key => key.startsWith('_blazorEvents')))
        """);

    /// <summary>Waits until the circuit has taken the page over and shows about as much as the page that the server sent.</summary>
    public static async Task ShownAsync(IPage page, string sent)
    {
        await page.WaitForFunctionAsync(
            """
            sent => {
                const length = root => (root.querySelector('main')?.textContent ?? '').replace(/\s+/g, ' ').length;
                const live = !document.getElementById('components-reconnect-modal') || Object.getOwnPropertySymbols(document.querySelector('main h1') ?? {}).length > 0;
                return live && document.title !== '' && length(document) >= 0.9 * length(new DOMParser().parseFromString(sent, 'text/html'));
            }
            """, sent);
    }

    /// <summary>Waits until so many open pages hear of changes.</summary>
    public static async Task FollowedAsync(WebHost host, int pages)
    {
        var updates = host.Services.GetRequiredService<LiveUpdates>();
        await updates.Listening;
        SpinWait.SpinUntil(() => updates.Subscribers >= pages, TimeSpan.FromSeconds(15)).ShouldBeTrue();
    }
}
