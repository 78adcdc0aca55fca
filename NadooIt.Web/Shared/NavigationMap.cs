using NadooIt.Domain.Hr;

namespace NadooIt.Web.Shared;

/// <summary>A place that the navigation leads to.</summary>
/// <param name="Title">Its name in the reader's language.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Icon">A symbol of icons.svg.</param>
/// <param name="Ability">Who may go there.</param>
/// <param name="IsShort">Whether the short navigation of phones shows it.</param>
/// <param name="IsPerCustomer">Whether it is a list that can be narrowed to one customer.</param>
public sealed record NavigationItem(Func<string> Title, string Address, string Icon, Ability Ability, bool IsShort = false, bool IsPerCustomer = false)
{
    /// <summary>Whether somebody may go there.</summary>
    public bool IsFor(Grants grants) => Ability == Ability.ManageOwnAccount || grants.Holds(Ability);
}

/// <summary>Places that belong together.</summary>
public sealed record NavigationGroup(Func<string> Title, IReadOnlyList<NavigationItem> Items);

/// <summary>Every place that the navigation and the search lead to.</summary>
public static class NavigationMap
{
    public static IReadOnlyList<NavigationGroup> Groups { get; } =
    [
        new(() => Texts.Mine,
        [
            new(() => Texts.Home, Addresses.Home, "home", Ability.ManageOwnAccount, true),
            new(() => Texts.Inbox, Addresses.Inbox, "inbox", Ability.ManageOwnAccount),
            new(() => Texts.Requests, Addresses.Requests, "help", Ability.ManageOwnAccount),
            new(() => Texts.Profile, Addresses.Profile, "person", Ability.ManageOwnAccount),
            new(() => Texts.Security, Addresses.Security, "shield", Ability.ManageOwnAccount),
        ]),
        new(() => Texts.Customers, [new(() => Texts.Customers, Addresses.Customers, "building", Ability.SeeCustomer, true)]),
        new(() => Texts.People, [new(() => Texts.Employees, Addresses.Employees, "people", Ability.ViewEmployees, IsPerCustomer: true)]),
        new(() => Texts.Programs,
        [
            new(() => Texts.Programs, Addresses.Programs, "program", Ability.ViewPrograms),
            new(() => Texts.CustomerPrograms, Addresses.CustomerPrograms, "customer-program", Ability.ViewCustomerPrograms, IsPerCustomer: true),
            new(() => Texts.Budgets, Addresses.Budgets, "euro", Ability.ViewCustomerPrograms, IsPerCustomer: true),
            new(() => Texts.Executions, Addresses.Executions, "execution", Ability.ViewExecutions, true, IsPerCustomer: true),
            new(() => Texts.Orders, Addresses.Orders, "badge", Ability.ViewExecutions, IsPerCustomer: true),
            new(() => Texts.Complaints, Addresses.Complaints, "complaint", Ability.ViewExecutions, IsPerCustomer: true),
            new(() => Texts.Statements, Addresses.Statements, "euro", Ability.ViewExecutions),
        ]),
        new(() => Texts.Time, [new(() => Texts.TimeAccounts, Addresses.TimeAccounts, "time-account", Ability.ViewTimeAccounts, true, IsPerCustomer: true)]),
        new(() => Texts.Keys,
        [
            new(() => Texts.ApiKeys, Addresses.ApiKeys, "api-key", Ability.ViewApiKeys, IsPerCustomer: true),
            new(() => Texts.Webhooks, Addresses.Webhooks, "network", Ability.ViewApiKeys),
            new(() => Texts.SecurityKeys, Addresses.People, "key", Ability.ViewKeys),
        ]),
        new(() => Texts.Platform,
        [
            new(() => Texts.Audit, Addresses.Audit, "audit", Ability.ReadAudit),
            new(() => Texts.Platform, Addresses.Platform, "settings", Ability.RunPlatform),
        ]),
    ];

    /// <summary>The places of all groups.</summary>
    public static IEnumerable<NavigationItem> Items => Groups.SelectMany(group => group.Items);
}
