using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.Options;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Web.Shared;

namespace NadooIt.Web.SignIn;

/// <summary>
/// Tells an open page who calls, and asks every few seconds whether the session still counts; when it does not, the
/// page leaves for sign-in. What the person does in the page keeps the session alive.
/// </summary>
internal sealed class SessionWatch(
    AuthenticationStateProvider state,
    CurrentUser user,
    IServiceScopeFactory scopes,
    NavigationManager navigation,
    IOptions<SignInSettings> settings,
    TimeProvider clock,
    ILogger<SessionWatch> logger) : CircuitHandler, IDisposable
{
    private readonly CancellationTokenSource closing = new();
    private int isUsed;

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (SignedIn.From((await state.GetAuthenticationStateAsync()).User) is not { } signedIn)
        {
            return;
        }

        if (await KeepAsync(signedIn, cancellationToken) is not { } address)
        {
            return;
        }

        user.Caller = new Caller(signedIn.Person, signedIn.Session, null, address);
        _ = WatchAsync(signedIn);
    }

    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) =>
        context =>
        {
            Interlocked.Exchange(ref isUsed, 1);
            return next(context);
        };

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken) => closing.CancelAsync();

    public void Dispose()
    {
        closing.Cancel();
        closing.Dispose();
    }

    private async Task WatchAsync(SignedIn signedIn)
    {
        var token = closing.Token;
        using var timer = new PeriodicTimer(settings.Value.CheckInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(token))
            {
                if (await CountsAsync(signedIn, token))
                {
                    continue;
                }

                user.Caller = null;
                navigation.NavigateTo(Addresses.SignIn(navigation.ToBaseRelativePath(navigation.Uri)), forceLoad: true);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The page was closed.
        }
    }

    /// <summary>A database that is away for a moment ends no session; the door fails closed by itself.</summary>
    private async Task<bool> CountsAsync(SignedIn signedIn, CancellationToken cancellationToken)
    {
        try
        {
            return await KeepAsync(signedIn, cancellationToken) is not null;
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or ObjectDisposedException))
        {
            logger.LogWarning(exception, "Could not ask whether a session still counts");
            return true;
        }
    }

    // A scope of its own: the circuit's services may be busy with what the person does.
    private async Task<string?> KeepAsync(SignedIn signedIn, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var keep = scope.ServiceProvider.GetRequiredService<KeepSession>();
        var isUse = Interlocked.Exchange(ref isUsed, 0) == 1;
        return await keep.RunAsync(new(signedIn.Person, signedIn.Session, isUse, settings.Value.Limits), cancellationToken);
    }
}
