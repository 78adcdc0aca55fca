using NadooIt.Data.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>Ends the caller's session, so that a copy of its cookie is worth nothing.</summary>
public sealed class SignOut(EndSession endSession, CurrentUser user)
{
    /// <summary>Ends it; whoever is not signed in any more is signed out already.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (user.Caller?.Session is { } session)
        {
            await endSession.RunAsync(session, cancellationToken);
        }
    }
}
