using NadooIt.Data.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Tests.Support;

/// <summary>Callers who have just touched their key, for what asks for that.</summary>
public static class Touched
{
    /// <summary>A use case in the hands of a person who signed in at this moment; null for somebody who did not.</summary>
    public static async Task<TUseCase> AsTouchedAsync<TUseCase>(this EmptyDatabase database, PersonId? person)
        where TUseCase : notnull
    {
        if (person is not { } id)
        {
            return database.As<TUseCase>((PersonId?)null);
        }

        await using var db = database.Open();
        var session = Session.Begin(id, "127.0.0.1", "Test", database.Clock.GetUtcNow());
        db.Add(session);
        await db.SaveChangesAsync();
        return database.As<TUseCase>(new Caller(id, session.Id, null, "127.0.0.1"));
    }
}
