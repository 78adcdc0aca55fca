using System.Threading.Channels;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;

namespace NadooIt.Web.Shared;

/// <summary>
/// A page that follows what others do. A change only says that something has changed; the page reads it again through
/// the door, so nobody sees more than after a reload, and at most about twice a second.
/// </summary>
public abstract class LivePage : PageBase
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // One place: however many changes come meanwhile, they lead to one reading.
    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private IDisposable? subscription;

    [Inject]
    private LiveUpdates Updates { get; set; } = null!;

    [Inject]
    private IJSRuntime Script { get; set; } = null!;

    /// <summary>The ability with which the page reads; changes at customers outside its reach are not followed.</summary>
    protected abstract Ability Follows { get; }

    /// <summary>Reads again what may have changed. Runs on the page's own context.</summary>
    protected abstract Task RefreshAsync();

    /// <summary>Says a sentence to people who do not see the page.</summary>
    protected async Task AnnounceAsync(string sentence)
    {
        await using var module = await Script.InvokeAsync<IJSObjectReference>("import", Leaving, "/js/announce.js");
        await module.InvokeVoidAsync("announce", Leaving, sentence);
    }

    protected override void OnInitialized()
    {
        // Before the first load, so that no change is missed between that and the picture. A page that is rendered once has
        // nothing to follow.
        if (RendererInfo.IsInteractive)
        {
            subscription = Updates.Subscribe(Hear);
        }
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _ = FollowAsync(Leaving);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            subscription?.Dispose();
            changes.Writer.TryComplete();
        }

        base.Dispose(disposing);
    }

    private void Hear(Change change)
    {
        // While it loads for the first time the page does not know yet what it may see.
        if (!IsLoaded || change.Customer is not { } customer || Grants.Of(Follows).Includes(customer))
        {
            changes.Writer.TryWrite(true);
        }
    }

    private async Task FollowAsync(CancellationToken leaving)
    {
        try
        {
            while (await changes.Reader.WaitToReadAsync(leaving))
            {
                changes.Reader.TryRead(out _);
                await InvokeAsync(RefreshAsync);
                await Task.Delay(Pause, Clock, leaving);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or JSDisconnectedException)
        {
            // The person has left, or the browser has.
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }
}
