using System.Collections.Frozen;

namespace NadooIt.Domain.Hr;

/// <summary>The roles that can hang on an employee contract. The names are stored.</summary>
public enum Role
{
    /// <summary>Looks after the employees of a customer.</summary>
    EmployeeManager = 1,

    /// <summary>Looks after a customer's programs.</summary>
    CustomerProgramManager = 2,

    /// <summary>Looks after a customer's executions.</summary>
    ExecutionManager = 3,

    /// <summary>Looks after a customer's time accounts.</summary>
    TimeAccountManager = 4,

    /// <summary>Looks after the customer's own record.</summary>
    CustomerManager = 5,

    /// <summary>Looks after API keys.</summary>
    ApiKeyManager = 6,

    /// <summary>Looks after workflows.</summary>
    WorkflowManager = 7,

    /// <summary>Hands out security keys. At NADOO only.</summary>
    KeyManager = 20,

    /// <summary>Creates customers and their first contracts. At NADOO only.</summary>
    AccountManager = 21,

    /// <summary>Keeps the program catalogue. At NADOO only.</summary>
    CatalogueManager = 22,

    /// <summary>Keeps prices, sells time, marks payments. At NADOO only.</summary>
    BillingManager = 23,

    /// <summary>Runs the public website. At NADOO only.</summary>
    WebsiteManager = 24,

    /// <summary>Reads the audit trail. At NADOO only.</summary>
    Auditor = 25,

    /// <summary>Looks after the installation. At NADOO only.</summary>
    PlatformManager = 26,
}

/// <summary>What a role is made of.</summary>
/// <param name="Role">The role.</param>
/// <param name="View">What holding the role grants by itself; none where the role has no area to view.</param>
/// <param name="Abilities">What can be given on top, one by one.</param>
/// <param name="Give">Which ability lets its holder give this role on.</param>
/// <param name="AtOperatorOnly">Whether the role exists on NADOO's own contracts only.</param>
public sealed record RoleDefinition(Role Role, IReadOnlyList<Ability> View, IReadOnlyList<Ability> Abilities, Ability Give, bool AtOperatorOnly);

/// <summary>The catalogue of roles and abilities (rule "Contracts, roles, abilities").</summary>
public static class Roles
{
    private static readonly FrozenDictionary<Role, RoleDefinition> Definitions = new RoleDefinition[]
    {
        AtCustomer(Role.EmployeeManager, Ability.ViewEmployees, Ability.GiveEmployeeManagerRole, Ability.AddEmployees, Ability.EndContracts),
        AtCustomer(Role.CustomerProgramManager, Ability.ViewCustomerPrograms, Ability.GiveCustomerProgramManagerRole, Ability.CreateCustomerPrograms, Ability.DeactivateCustomerPrograms),
        AtCustomer(Role.ExecutionManager, Ability.ViewExecutions, Ability.GiveExecutionManagerRole, Ability.CreateExecutions, Ability.ReverseExecutions),
        AtCustomer(Role.TimeAccountManager, Ability.ViewTimeAccounts, Ability.GiveTimeAccountManagerRole, Ability.OpenTimeAccounts, Ability.CloseTimeAccounts),
        AtCustomer(Role.CustomerManager, Ability.ViewCustomer, Ability.GiveCustomerManagerRole, Ability.EditCustomer),
        AtCustomer(Role.ApiKeyManager, Ability.ViewApiKeys, Ability.GiveApiKeyManagerRole, Ability.CreateApiKeys, Ability.RevokeApiKeys),
        AtCustomer(Role.WorkflowManager, Ability.ViewWorkflows, Ability.GiveWorkflowManagerRole, Ability.EditWorkflows),
        new(Role.KeyManager, [Ability.ViewKeys], [Ability.CreateKeys, Ability.DeleteKeys, Ability.CreateKeyManagers, Ability.DeleteKeyManagers], Ability.CreateKeyManagers, true),
        AtOperator(Role.AccountManager, Ability.CreateCustomers),
        AtOperator(Role.CatalogueManager, Ability.KeepPrograms),
        AtOperator(Role.BillingManager, Ability.KeepPrices, Ability.SellTime, Ability.MarkPayments),
        AtOperator(Role.WebsiteManager, Ability.RunWebsite),
        AtOperator(Role.Auditor, Ability.ReadAudit),
        AtOperator(Role.PlatformManager, Ability.RunPlatform),
    }.ToFrozenDictionary(definition => definition.Role);

    /// <summary>Every role, in the order of the catalogue.</summary>
    public static IReadOnlyList<RoleDefinition> All { get; } = [.. Definitions.Values.OrderBy(definition => definition.Role)];

    /// <summary>What the role is made of.</summary>
    public static RoleDefinition Of(Role role) => Definitions[role];

    /// <summary>The role by which an ability is given, be it by the bare role; null for what comes with a contract or with signing in.</summary>
    public static RoleDefinition? Carrying(Ability ability) => All.FirstOrDefault(role => role.View.Contains(ability) || role.Abilities.Contains(ability));

    /// <summary>
    /// What an operator ability carries with it at every customer, because the work could not be done without:
    /// who creates customers sets up their first contracts, who keeps prices sees what is priced.
    /// </summary>
    public static IReadOnlyList<Ability> CarriedEverywhere(Ability ability) => ability switch
    {
        Ability.CreateCustomers =>
        [
            Ability.SeeCustomer, Ability.ViewCustomer, Ability.EditCustomer, Ability.ViewEmployees, Ability.AddEmployees, Ability.EndContracts,
            .. All.Where(role => !role.AtOperatorOnly).Select(role => role.Give),
        ],
        Ability.KeepPrices => [Ability.SeeCustomer, Ability.ViewCustomerPrograms, Ability.CreateCustomerPrograms, Ability.DeactivateCustomerPrograms],
        Ability.SellTime => [Ability.SeeCustomer, Ability.ViewTimeAccounts, Ability.OpenTimeAccounts, Ability.CloseTimeAccounts],
        Ability.MarkPayments => [Ability.SeeCustomer, Ability.ViewExecutions],
        _ => [],
    };

    /// <summary>Whether the ability is a matter of the whole platform and therefore held at NADOO.</summary>
    public static bool IsOperatorAbility(Ability ability) => ability is >= Ability.ViewKeys and <= Ability.RunPlatform;

    private static RoleDefinition AtCustomer(Role role, Ability view, Ability give, params Ability[] abilities) =>
        new(role, [view], [.. abilities, give], give, false);

    private static RoleDefinition AtOperator(Role role, params Ability[] abilities) =>
        new(role, [], abilities, Ability.CreateCustomers, true);
}
