using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Web.Shared;

/// <summary>Every address of the application that pages link to, built in one place.</summary>
public static class Addresses
{
    public const string Home = "/os";
    public const string Search = "/os/search";
    public const string Inbox = "/os/inbox";
    public const string Requests = "/os/requests";
    public const string Profile = "/os/profile";
    public const string Security = "/os/security";
    public const string Customers = "/os/customers";
    public const string Employees = "/os/employees";
    public const string Programs = "/os/programs";
    public const string CustomerPrograms = "/os/customer-programs";
    public const string Budgets = "/os/budgets";
    public const string Executions = "/os/executions";
    public const string Orders = "/os/orders";
    public const string Complaints = "/os/complaints";
    public const string ExecutionsExport = "/os/executions/export";
    public const string Statements = "/os/statements";
    public const string TimeAccounts = "/os/time-accounts";
    public const string ApiKeys = "/os/api-keys";
    public const string TestExecutions = "/os/test-executions";
    public const string Webhooks = "/os/webhooks";
    public const string Api = "/os/api";
    public const string OpenApi = "/openapi/v1.json";
    public const string People = "/os/keys";
    public const string KeyInventory = "/os/keys/inventory";
    public const string RegisterPerson = "/os/keys/register";
    public const string Audit = "/os/audit";
    public const string AuditExport = "/os/audit/export";
    public const string Platform = "/os/platform";

    public static string AuditOf(string subject, string id) => $"{Audit}?subject={subject}&id={Uri.EscapeDataString(id)}";

    public static string Customer(CustomerId id) => $"{Customers}/{id}";

    public static string CustomerMoney(CustomerId id) => $"{Customers}/{id}/money";

    /// <summary>Whether a path is the statement of a customer, which belongs to the statements and not to the customers.</summary>
    public static bool IsCustomerMoney(string path) =>
        path.StartsWith(Customers + "/", StringComparison.Ordinal) && path.EndsWith("/money", StringComparison.Ordinal);

    public static string Employee(EmployeeContractId id) => $"{Employees}/{id}";

    public static string ExtendContract(EmployeeContractId id) => $"{Employee(id)}?extend=contract";

    public static string ExtendRole(EmployeeContractId id, RoleContractId role) => $"{Employee(id)}?extend={role}";

    public static string Request(AccessRequestId id) => $"{Requests}/{id}";

    public static string AskFor(Ability ability) => $"{Requests}/new?ability={ability}";

    public static string Program(ProgramId id) => $"{Programs}/{id}";

    public static string CustomerProgram(CustomerProgramId id) => $"{CustomerPrograms}/{id}";

    public static string Execution(ExecutionId id) => $"{Executions}/{id}";

    public static string Complaint(ComplaintId id) => $"{Complaints}/{id}";

    public static string TimeAccount(TimeAccountId id) => $"{TimeAccounts}/{id}";

    public static string ApiKey(ApiKeyId id) => $"{ApiKeys}/{id}";

    public static string Webhook(WebhookEndpointId id) => $"{Webhooks}/{id}";

    public static string Person(PersonId id) => $"{People}/{id}";

    public static string SignIn(string? returnTo = null) =>
        string.IsNullOrEmpty(returnTo) ? "/login" : $"/login?returnUrl={Uri.EscapeDataString("/" + returnTo.TrimStart('/'))}";

    public static string Refused(Ability ability, string from) => $"/os/refused?ability={ability}&from={Uri.EscapeDataString("/" + from.TrimStart('/'))}";

    /// <summary>The present address with some query values replaced; null takes one out.</summary>
    public static string With(string address, params (string Name, object? Value)[] values)
    {
        var cut = address.IndexOf('?', StringComparison.Ordinal);
        var path = cut < 0 ? address : address[..cut];
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(cut < 0 ? "" : address[cut..])
            .ToDictionary(pair => pair.Key, pair => (string?)pair.Value.ToString(), StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            if (value is null or "" or false)
            {
                query.Remove(name);
            }
            else
            {
                query[name] = Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        return Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString(path, query);
    }
}
