using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>Takes a model of security key from those that a role takes. With the last one the role takes every key again.</summary>
public sealed class DisallowKeyModel(Access access, TimeProvider clock)
{
    /// <summary>Takes it away. Keys of this model go on signing in.</summary>
    /// <exception cref="Refused">It does not stand there, or the last touch of the security key is too long ago.</exception>
    public async Task RunAsync(Role role, Guid model, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.RunPlatform, cancellationToken);
        await db.RequireFreshTouchAsync(access.Caller, clock.GetUtcNow(), cancellationToken);
        db.Remove(await db.AllowedKeyModels.SingleOrDefaultAsync(rule => rule.Role == role && rule.Model == model, cancellationToken)
            ?? throw new Refused(CommonRefusals.NotFound));
        await db.SaveChangesAsync(cancellationToken);
    }
}
