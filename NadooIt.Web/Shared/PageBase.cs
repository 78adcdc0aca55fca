using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Web.Shared;

/// <summary>
/// What every page behind sign-in shares: it loads through <see cref="LoadAsync"/>, acts through <see cref="ActAsync"/>,
/// and an expected "no" of a rule becomes a sentence on the page. This is one of the two places that catch it.
/// </summary>
public abstract class PageBase : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource leaving = new();
    private string? loadedAddress;

    [Inject]
    protected Access Access { get; set; } = null!;

    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    [Inject]
    protected TimeProvider Clock { get; set; } = null!;

    protected PageBase() => Leaving = leaving.Token;

    /// <summary>Cancelled when the person leaves the page. It outlives the page, whose last steps may still ask for it.</summary>
    protected CancellationToken Leaving { get; }

    /// <summary>The sentence of the last refusal; null when the last action went through.</summary>
    protected string? Refusal { get; private set; }

    /// <summary>The code of the last refusal, for pages that answer one of them in a special way.</summary>
    protected string? RefusalCode { get; private set; }

    /// <summary>What the person may do, as of the last load.</summary>
    protected Grants Grants { get; private set; } = Grants.None;

    /// <summary>Whether an action is running; buttons are disabled meanwhile.</summary>
    protected bool IsBusy { get; private set; }

    /// <summary>Whether the page has loaded.</summary>
    protected bool IsLoaded { get; private set; }

    /// <summary>Reads what the page shows. Called on arrival, whenever the address changes, and after actions.</summary>
    protected virtual Task LoadAsync() => Task.CompletedTask;

    /// <summary>Loads again, for instance after a live update.</summary>
    protected async Task ReloadAsync()
    {
        await GuardAsync(LoadGrantsAndPageAsync);
        StateHasChanged();
    }

    /// <summary>Does something, and shows the sentence when a rule refuses it. Nothing typed is lost then.</summary>
    /// <returns>Whether it went through.</returns>
    protected async Task<bool> ActAsync(Func<Task> action)
    {
        if (IsBusy)
        {
            return false;
        }

        IsBusy = true;
        (Refusal, RefusalCode) = (null, null);
        try
        {
            return await GuardAsync(action);
        }
        finally
        {
            IsBusy = false;
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        // Dialogs and inputs set parameters too; only another address means other data.
        if (loadedAddress == Navigation.Uri)
        {
            return;
        }

        var isFirstPicture = RendererInfo.IsInteractive && loadedAddress is null;
        if (isFirstPicture)
        {
            Navigation.LocationChanged += Follow;
        }

        loadedAddress = Navigation.Uri;
        IsLoaded = await GuardAsync(() => isFirstPicture ? FirstPicture.Begin(LoadGrantsAndPageAsync) : LoadGrantsAndPageAsync());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Pages that hold something add their own part.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Navigation.LocationChanged -= Follow;
            leaving.Cancel();
            leaving.Dispose();
        }
    }

    // Whoever stays on a page whose address got another query: the router hands it no other parameters, so it is not told.
    private void Follow(object? sender, LocationChangedEventArgs change)
    {
        if (PathOf(change.Location) == PathOf(loadedAddress!))
        {
            _ = InvokeAsync(ArriveAsync);
        }
    }

    private async Task ArriveAsync()
    {
        try
        {
            await OnParametersSetAsync();
            StateHasChanged();
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }

    private static string PathOf(string address) => address.Split('?', '#')[0];

    private async Task LoadGrantsAndPageAsync()
    {
        Grants = await Access.GrantsAsync(Leaving);
        await LoadAsync();
    }

    private async Task<bool> GuardAsync(Func<Task> action)
    {
        try
        {
            await action();
            return true;
        }
        catch (Refused refused) when (refused.Refusal.Kind == RefusalKind.NotFound && !IsLoaded)
        {
            Navigation.NotFound();
        }
        catch (Refused refused)
        {
            (Refusal, RefusalCode) = (RefusalTexts.For(refused), refused.Refusal.Code);
        }
        catch (AccessDenied denied)
        {
            Navigation.NavigateTo(Addresses.Refused(denied.Ability, Navigation.ToBaseRelativePath(Navigation.Uri)));
        }
        catch (NotSignedIn)
        {
            Navigation.NavigateTo(Addresses.SignIn(Navigation.ToBaseRelativePath(Navigation.Uri)), forceLoad: true);
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // The person has left; nobody waits for the answer.
        }

        return false;
    }
}
