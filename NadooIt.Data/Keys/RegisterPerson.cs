using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;
using Npgsql;

namespace NadooIt.Data.Keys;

/// <summary>Registers a person who has no key yet, and invites her to make one.</summary>
public sealed class RegisterPerson(Access access, TimeProvider clock)
{
    /// <summary>Who is registered.</summary>
    /// <param name="DisplayName">The name that others see.</param>
    /// <param name="ImportedCode">A code of the old system; null or empty for a new one.</param>
    public sealed record Input(string DisplayName, string? ImportedCode);

    /// <summary>The person and the invitation; the token is shown once.</summary>
    public sealed record Result(PersonId Person, UserCode UserCode, string EnrolmentToken, DateTimeOffset ExpiresAt);

    /// <summary>Registers.</summary>
    /// <exception cref="Refused">The name or the code is not acceptable, or the code is somebody's already.</exception>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateKeys, cancellationToken);
        var now = clock.GetUtcNow();
        var person = Person.Register(input.DisplayName, CodeOf(input), now);
        var token = SecretText.Create();
        var enrolment = Enrolment.Invite(person.Id, SecretText.Hash(token), access.Caller.Person, now);
        db.AddRange(person, enrolment);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw new Refused(PeopleRefusals.UserCodeTaken);
        }

        return new(person.Id, person.UserCode, token, enrolment.ExpiresAt);
    }

    private static UserCode CodeOf(Input input)
    {
        if (string.IsNullOrWhiteSpace(input.ImportedCode))
        {
            return UserCode.Create();
        }

        return UserCode.TryParse(input.ImportedCode, out var code) ? code : throw new Refused(PeopleRefusals.UserCodeInvalid);
    }
}
