using Microsoft.Playwright;
using NadooIt.Tests.Support;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace NadooIt.Tests.Support;

/// <summary>One Chromium for all browser tests; every test gets a context of its own.</summary>
/// <remarks>Take it as a constructor parameter. It starts at the first context, so other tests do not wait for it.</remarks>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Flags =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    private readonly SemaphoreSlim _starting = new(1, 1);
    private IPlaywright? _playwright;
    private IBrowser? _chromium;

    /// <summary>A fresh profile. Dispose it at the end of the test.</summary>
    /// <param name="baseAddress">Relative addresses start here.</param>
    /// <param name="locale">What the browser sends as Accept-Language.</param>
    /// <param name="scheme">Light or dark.</param>
    public async Task<IBrowserContext> NewContextAsync(
        Uri baseAddress,
        string locale = "en",
        ColorScheme scheme = ColorScheme.Light,
        ViewportSize? viewport = null)
    {
        ArgumentNullException.ThrowIfNull(baseAddress);
        var chromium = await StartAsync();
        return await chromium.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = baseAddress.ToString(),
            Locale = locale,
            ColorScheme = scheme,
            TimezoneId = "Europe/Berlin",
            ViewportSize = viewport ?? new ViewportSize { Width = 1280, Height = 900 },
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_chromium is not null)
            await _chromium.DisposeAsync();
        _playwright?.Dispose();
        _starting.Dispose();
    }

    private async Task<IBrowser> StartAsync()
    {
        await _starting.WaitAsync();
        try
        {
            // A page's circuit answers within milliseconds, unless all other tests run beside it.
            Assertions.SetDefaultExpectTimeout(20_000);
            _playwright ??= await Playwright.CreateAsync();
            return _chromium ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = InstalledChromium(),
                Args = Flags,
            });
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <returns>Null for the browser that Playwright's own installer put into its cache.</returns>
    private static string? InstalledChromium()
    {
        var named = Environment.GetEnvironmentVariable("NADOOIT_CHROMIUM");
        if (!string.IsNullOrEmpty(named))
            return named;
        return File.Exists("/usr/bin/chromium") ? "/usr/bin/chromium" : null;
    }
}
