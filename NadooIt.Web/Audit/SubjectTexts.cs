using System.Globalization;
using System.Resources;

namespace NadooIt.Web.Audit;

/// <summary>Kinds of records and what happened to them, in the words of the reader. The keys are the stored names.</summary>
internal static class SubjectTexts
{
    private static readonly ResourceManager Words = new("NadooIt.Web.Audit.Subjects", typeof(SubjectTexts).Assembly);

    /// <summary>Every kind that the trail can name.</summary>
    public static IReadOnlyList<string> Known { get; } =
    [
        "Customer", "Address", "Person", "SecurityKey", "AllowedKeyModel", "Enrolment", "KeyRecovery", "EmployeeContract", "RoleContract", "RoleAbility", "AccessRequest", "PeriodExtension", "TakenAbility", "CatalogueProgram", "ProgramDependency",
        "CustomerProgram", "DrawnTimeAccount", "CustomerProgramTermsChange", "TimeAccount", "Budget", "ExecutionOrder", "Complaint", "ComplaintStep", "ApiKey", "TestData", "WebhookEndpoint", "SampleData", "ExecutionExport", "AuditExport", "StatusRecord", "ClosingRecord", "MoneyStatement",
    ];

    public static string Of(string subject) => Words.GetString($"Subject.{subject}", CultureInfo.CurrentUICulture) ?? Texts.OtherRecord;

    public static string Action(string action) => Words.GetString($"Action.{action}", CultureInfo.CurrentUICulture) ?? action;
}
