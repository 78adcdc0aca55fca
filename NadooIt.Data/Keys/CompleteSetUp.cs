using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.Keys;

/// <summary>
/// Sets up the installation: NADOO as the operator, the first person with a contract there, every role with every
/// ability, and the first key. It works once; the caller has checked the token of the printed link.
/// </summary>
public sealed class CompleteSetUp(Access access, TimeProvider clock)
{
    /// <summary>What is set up.</summary>
    /// <param name="Token">The token of the link; it never sets up twice.</param>
    /// <param name="CompanyName">Name of the operator.</param>
    /// <param name="Owner">The person for whom the key was made.</param>
    /// <param name="KeyName">What the key is called.</param>
    /// <param name="Key">The key.</param>
    /// <param name="Reason">Why the roles are given, in the language of the person.</param>
    public sealed record Input(string Token, string CompanyName, KeyOwner Owner, string KeyName, Credential Key, string Reason);

    /// <summary>Sets up and returns the user code.</summary>
    /// <exception cref="Refused">A name is not acceptable, the key is known, or set-up is over.</exception>
    public async Task<UserCode> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("set up");
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.AdvisoryLockAsync(SetUp.Lock, cancellationToken);
        var now = clock.GetUtcNow();
        if (!await db.IsSetUpOpenAsync(input.Token, now, cancellationToken))
        {
            throw new Refused(KeyRefusals.SetUpClosed);
        }

        var home = await db.Customers.SingleOrDefaultAsync(customer => customer.IsOperator, cancellationToken);
        if (home is null)
        {
            home = Customer.Create(input.CompanyName, now, isOperator: true);
            db.Add(home);
        }
        else
        {
            home.TakeOver(input.CompanyName);
        }

        var person = Person.Register(input.Owner.DisplayName, input.Owner.UserCode, now, id: input.Owner.Id);
        var contract = EmployeeContract.Begin(home.Id, person.Id, BusinessTime.DayOf(now), null, person.Id, now);
        foreach (var role in Roles.All)
        {
            contract.Give(role.Role, role.Abilities, new RoleGift(person.Id, null, input.Reason, now));
        }

        db.AddRange(person, contract, SecurityKey.Register(person.Id, input.KeyName, input.Key, now));
        db.Add(new ServerSecret(SetUp.UsedToken(input.Token), [], now));
        await db.SaveKeyAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return person.UserCode;
    }
}
