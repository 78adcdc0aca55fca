using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;

namespace NadooIt.Data.Hr;

/// <summary>Keeps the language that the caller wants to read.</summary>
public sealed class ChooseLanguage(Access access)
{
    private static readonly string[] Known = ["de", "en"];

    /// <summary>Keeps it; anything but "de" and "en" leaves the choice to the browser.</summary>
    public async Task RunAsync(string? culture, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        var me = access.Caller.Person;
        var person = await db.People.SingleAsync(found => found.Id == me, cancellationToken);
        person.Speak(Known.Contains(culture) ? culture : null);
        await db.SaveChangesAsync(cancellationToken);
    }
}
