using System.Reflection;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Tests.Support;

/// <summary>One row of the permission table: a use case, the ability it exercises, and a call of it at a customer.</summary>
/// <param name="UseCase">The use case.</param>
/// <param name="Ability">The ability that opens its door.</param>
/// <param name="Call">
/// Arranges what it needs through the landscape and calls the use case at the customer as the person (null for somebody
/// who is not signed in). It throws when what it asked for is refused; a list that does not contain the customer's row
/// counts as refused: throw <see cref="PermissionTable.NotListed"/>.
/// </param>
public sealed record PermissionCase(Type UseCase, Ability Ability, Func<TestDatabase, PersonId?, CustomerId, Task> Call)
{
    /// <summary>Tells two rows of one use case apart.</summary>
    public string Name => $"{UseCase.Name} needs {Ability}";
}

/// <summary>
/// Checks each use case against everybody who might call it. A test class declares its rows as
/// <c>public static IReadOnlyList&lt;PermissionCase&gt; Permissions</c> and calls <see cref="CheckAsync"/> for each; a guard sees to it
/// that no use case is without a row.
/// </summary>
public static class PermissionTable
{
    /// <summary>The name under which test classes declare their rows.</summary>
    public const string Declaration = "Permissions";

    /// <summary>What a call throws when a list does not show what it was called for.</summary>
    public static Refused NotListed => new(CommonRefusals.NotFound);

    /// <summary>The rows of all test classes.</summary>
    public static IReadOnlyList<PermissionCase> All { get; } =
    [
        .. from type in typeof(PermissionTable).Assembly.GetTypes()
           let rows = type.GetProperty(Declaration, BindingFlags.Static | BindingFlags.Public)
           where rows?.PropertyType == typeof(IReadOnlyList<PermissionCase>)
           from row in (IReadOnlyList<PermissionCase>)rows.GetValue(null)!
           select row,
    ];

    /// <summary>Names of rows, for theories.</summary>
    public static TheoryData<string> Names(IEnumerable<PermissionCase> rows) => new(rows.Select(row => row.Name));

    /// <summary>
    /// Refused: nobody, a stranger, the right ability at another customer, all other abilities here, every operator ability
    /// that does not carry it, an operator's role at an ordinary customer, an ended contract, a deactivated person.
    /// Allowed: the right ability, and for a customer's ability also each operator ability that carries it.
    /// </summary>
    public static async Task CheckAsync(TestDatabase database, PermissionCase row)
    {
        var landscape = database.Landscape;
        var here = await landscape.CustomerAsync();

        await Should.ThrowAsync<NotSignedIn>(() => row.Call(database, null, here.Id), $"{row.Name}: anonymous");
        var stranger = (await landscape.PersonAsync()).Id;
        if (row.Ability == Ability.ManageOwnAccount)
        {
            await row.Call(database, stranger, here.Id);
            await GoneAsync(database, row, stranger, here.Id);
            return;
        }

        await RefusedAsync(row, "a stranger", () => row.Call(database, stranger, here.Id));

        var isPlatform = Roles.IsOperatorAbility(row.Ability);
        var place = isPlatform ? landscape.Operator.Id : here.Id;
        var elsewhere = await landscape.EmployeeAsync((await landscape.CustomerAsync()).Id, row.Ability);
        await RefusedAsync(row, "right ability at another customer", () => row.Call(database, elsewhere.Id, here.Id));

        if (isPlatform)
        {
            var pretender = await landscape.EmployeeAsync(here.Id, row.Ability);
            await RefusedAsync(row, "the operator's role at an ordinary customer", () => row.Call(database, pretender.Id, here.Id));
        }
        else
        {
            var operators = await landscape.EmployeeAsync(landscape.Operator.Id, NotCarrying(row.Ability));
            await RefusedAsync(row, "operator abilities that do not carry it", () => row.Call(database, operators.Id, here.Id));
        }

        if (row.Ability is not (Ability.RunPrograms or Ability.SeeCustomer or Ability.ViewPrograms))
        {
            var others = await landscape.EmployeeAsync(place, AllBut(row.Ability, isPlatform));
            await RefusedAsync(row, "all other abilities here", () => row.Call(database, others.Id, here.Id));
        }

        var former = await landscape.PersonAsync();
        var contract = await landscape.EmployAsync(place, former.Id, row.Ability);
        await landscape.EndAsync(contract);
        await RefusedAsync(row, "ended contract", () => row.Call(database, former.Id, here.Id));

        var holder = await landscape.EmployeeAsync(place, row.Ability);
        await row.Call(database, holder.Id, here.Id);
        await GoneAsync(database, row, holder.Id, here.Id);

        foreach (var carrying in Operators.Where(ability => Roles.CarriedEverywhere(ability).Contains(row.Ability)))
        {
            await row.Call(database, (await landscape.EmployeeAsync(landscape.Operator.Id, carrying)).Id, here.Id);
        }
    }

    private static IEnumerable<Ability> Operators => Enum.GetValues<Ability>().Where(Roles.IsOperatorAbility);

    private static Ability[] NotCarrying(Ability ability) =>
        [.. Operators.Where(carrying => !Roles.CarriedEverywhere(carrying).Contains(ability))];

    private static async Task GoneAsync(TestDatabase database, PermissionCase row, PersonId person, CustomerId customer)
    {
        await database.Landscape.DeactivateAsync(person);
        try
        {
            await row.Call(database, person, customer);
        }
        catch (NotSignedIn)
        {
            return;
        }
        catch (Refused refused) when (refused.Refusal == ApiKeyRefusals.Invalid)
        {
            return;
        }

        throw new ShouldAssertException($"{row.Name}: a deactivated person was not refused.");
    }

    private static Ability[] AllBut(Ability ability, bool atOperator) =>
    [
        .. from role in Roles.All
           where role.AtOperatorOnly == atOperator && !role.View.Contains(ability)
           from other in role.Abilities
           where other != ability && !Roles.CarriedEverywhere(other).Contains(ability)
           select other,
    ];

    private static async Task RefusedAsync(PermissionCase row, string who, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (AccessDenied)
        {
            return;
        }
        catch (Refused refused) when (refused.Refusal.Kind is RefusalKind.NotFound or RefusalKind.NotAllowed)
        {
            return;
        }

        throw new ShouldAssertException($"{row.Name}: {who} was not refused.");
    }
}
