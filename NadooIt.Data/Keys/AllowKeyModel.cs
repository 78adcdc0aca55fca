using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>Allows a model of security key for a role. With the first one the role stops to take every key.</summary>
public sealed class AllowKeyModel(Access access, TimeProvider clock)
{
    /// <summary>What is allowed.</summary>
    /// <param name="Role">For whom.</param>
    /// <param name="Model">The AAGUID, as typed.</param>
    /// <param name="Name">What people call it.</param>
    public sealed record Input(Role Role, string Model, string Name);

    /// <summary>Allows it. Keys that are there already go on signing in and are shown as not fitting.</summary>
    /// <exception cref="Refused">A value is not acceptable, it stands there already, or the last touch of the security key is too long ago.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.RunPlatform, cancellationToken);
        var now = clock.GetUtcNow();
        await db.RequireFreshTouchAsync(access.Caller, now, cancellationToken);
        var rule = AllowedKeyModel.Allow(
            input.Role, Guid.TryParse(input.Model, out var model) ? model : Guid.Empty, input.Name, access.Caller.Person, now);
        var present = await db.AllowedKeyModels.AsNoTracking().Where(found => found.Role == rule.Role).ToListAsync(cancellationToken);
        if (present.Count >= AllowedKeyModel.MostPerRole || present.Any(found => found.Model == rule.Model))
        {
            throw new Refused(KeyRefusals.ModelInvalid);
        }

        db.Add(rule);
        await db.SaveChangesAsync(cancellationToken);
    }
}
