using System.Globalization;
using NadooIt.Domain.Complaints;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;
using NadooIt.Web.Keys;
using NadooIt.Web.Hr;
using NadooIt.Web.Shared;

namespace NadooIt.Web.Notices;

/// <summary>What a notice says in the reader's language, how it looks and where it leads.</summary>
internal static class NoticeTexts
{
    public static string Title(Notice notice) => notice.Kind switch
    {
        NoticeKind.TimeAccountLow => Fill(Texts.TimeAccountLow, [.. notice.Words]),
        NoticeKind.LedgerDoesNotFit => Texts.LedgerDoesNotFit,
        NoticeKind.WebhookDisabled => Fill(Texts.WebhookDisabled, [.. notice.Words]),
        NoticeKind.ApiKeyExpires => Fill(Texts.ApiKeyExpires, [.. notice.Words]),
        NoticeKind.NewDevice => Fill(Texts.NewDevice, Devices.Describe(notice.Words[0]) ?? Texts.UnknownBrowser),
        NoticeKind.KeyAdded => Fill(Texts.KeyAdded, [.. notice.Words]),
        NoticeKind.KeyRemoved => Fill(Texts.KeyRemoved, [.. notice.Words]),
        NoticeKind.ContractEnds => Fill(Texts.ContractEnds, notice.Words[0], notice.Words[1], Day(notice.Words[2])),
        NoticeKind.OwnContractEnds => Fill(Texts.OwnContractEnds, notice.Words[1], Day(notice.Words[2])),
        NoticeKind.RoleEnds => Fill(Texts.RoleEnds, notice.Words[0], notice.Words[1], Day(notice.Words[2]), RoleNamed(notice.Words[3])),
        NoticeKind.OwnRoleEnds => Fill(Texts.OwnRoleEnds, notice.Words[1], Day(notice.Words[2]), RoleNamed(notice.Words[3])),
        NoticeKind.AccessAsked => Fill(Texts.AccessAsked, notice.Words[0], Named(notice.Words[1]), notice.Words[2]),
        NoticeKind.AccessGranted => Fill(Texts.AccessGranted, Named(notice.Words[0]), notice.Words[1]),
        NoticeKind.AccessRefused => Fill(Texts.AccessRefused, Named(notice.Words[0]), notice.Words[1]),
        NoticeKind.AccessLapsed => Fill(Texts.AccessLapsed, Named(notice.Words[0]), notice.Words[1]),
        NoticeKind.ComplaintFiled => Fill(Texts.ComplaintFiled, notice.Words[1], notice.Words[2]),
        NoticeKind.ComplaintMoved => Fill(
            Enum.Parse<ComplaintStatus>(notice.Words[0]) switch
            {
                ComplaintStatus.Accepted => Texts.ComplaintAccepted,
                ComplaintStatus.Rejected => Texts.ComplaintRejected,
                _ => Texts.ComplaintAsked,
            },
            notice.Words[1], notice.Words[2]),
        NoticeKind.BudgetReached => Fill(
            Texts.BudgetReached, notice.Words[0].Length > 0 ? $"{notice.Words[0]}, {notice.Words[1]}" : notice.Words[1], notice.Words[2],
            DateOnly.Parse(notice.Words[5], CultureInfo.InvariantCulture).ToString("MMMM yyyy", CultureInfo.CurrentCulture)),
        _ => throw new ArgumentOutOfRangeException(nameof(notice), notice.Kind, "A notice without a text."),
    };

    public static string Detail(Notice notice) => notice.Kind switch
    {
        NoticeKind.TimeAccountLow => Fill(
            Texts.TimeAccountLowDetail, Figures.Time(new Seconds(long.Parse(notice.Words[2], CultureInfo.InvariantCulture)))),
        NoticeKind.LedgerDoesNotFit => Texts.LedgerDoesNotFitDetail,
        NoticeKind.WebhookDisabled => Texts.WebhookDisabledDetail,
        NoticeKind.ApiKeyExpires => Fill(Texts.ApiKeyExpiresDetail, Clock(notice.Words[2])),
        NoticeKind.NewDevice => Fill(Texts.NewDeviceDetail, notice.Words[1]),
        NoticeKind.KeyAdded or NoticeKind.KeyRemoved => Texts.KeysChangedDetail,
        NoticeKind.ContractEnds or NoticeKind.RoleEnds => Texts.EndsDetail,
        NoticeKind.OwnContractEnds or NoticeKind.OwnRoleEnds => Texts.OwnEndsDetail,
        NoticeKind.AccessAsked => notice.Words[3].Length > 0 ? notice.Words[3] : Texts.AccessAskedDetail,
        NoticeKind.AccessGranted => Fill(Texts.AccessGrantedDetail, notice.Words[2]),
        NoticeKind.AccessRefused => Fill(Texts.AccessRefusedDetail, notice.Words[2], notice.Words[3]),
        NoticeKind.AccessLapsed => Texts.AccessLapsedDetail,
        NoticeKind.ComplaintFiled => Fill(Texts.ComplaintFiledDetail, notice.Words[0], notice.Words[3]),
        NoticeKind.ComplaintMoved => notice.Words[3],
        NoticeKind.BudgetReached => Fill(
            notice.Words[6] == "stop" ? Texts.BudgetReachedStops : Texts.BudgetReachedGoesOn, Euro(notice.Words[3]), Euro(notice.Words[4])),
        _ => throw new ArgumentOutOfRangeException(nameof(notice), notice.Kind, "A notice without a text."),
    };

    public static string Icon(Notice notice) => notice.Kind switch
    {
        NoticeKind.TimeAccountLow => "time-account",
        NoticeKind.WebhookDisabled => "network",
        NoticeKind.ApiKeyExpires => "api-key",
        NoticeKind.NewDevice => "device",
        NoticeKind.KeyAdded or NoticeKind.KeyRemoved => "key",
        NoticeKind.AccessAsked or NoticeKind.AccessRefused or NoticeKind.AccessLapsed => "help",
        NoticeKind.AccessGranted => "check",
        NoticeKind.ContractEnds or NoticeKind.OwnContractEnds or NoticeKind.RoleEnds or NoticeKind.OwnRoleEnds => "calendar",
        NoticeKind.BudgetReached => "euro",
        NoticeKind.ComplaintFiled or NoticeKind.ComplaintMoved => "complaint",
        _ => "danger",
    };

    public static string Address(Notice notice) => notice switch
    {
        { Kind: NoticeKind.TimeAccountLow, Subject: { } account } => Addresses.TimeAccount(new TimeAccountId(account)),
        { Kind: NoticeKind.LedgerDoesNotFit } => Addresses.Platform,
        { Kind: NoticeKind.ApiKeyExpires, Subject: { } key } => Addresses.ApiKey(new ApiKeyId(key)),
        { Kind: NoticeKind.NewDevice or NoticeKind.KeyAdded or NoticeKind.KeyRemoved } => Addresses.Security,
        { Kind: NoticeKind.WebhookDisabled, Subject: { } endpoint } => Addresses.Webhook(new WebhookEndpointId(endpoint)),
        { Kind: NoticeKind.AccessAsked or NoticeKind.AccessGranted or NoticeKind.AccessRefused or NoticeKind.AccessLapsed, Subject: { } request } =>
            Addresses.Request(new AccessRequestId(request)),
        { Kind: NoticeKind.ContractEnds, Subject: { } contract } => Addresses.ExtendContract(new EmployeeContractId(contract)),
        { Kind: NoticeKind.RoleEnds, Subject: { } role } => Addresses.ExtendRole(new EmployeeContractId(Guid.Parse(notice.Words[4])), new RoleContractId(role)),
        { Kind: NoticeKind.OwnContractEnds or NoticeKind.OwnRoleEnds } => Addresses.Profile,
        { Kind: NoticeKind.ComplaintFiled or NoticeKind.ComplaintMoved, Subject: { } complaint } => Addresses.Complaint(new ComplaintId(complaint)),
        { Kind: NoticeKind.BudgetReached, Subject: { } program } => Addresses.CustomerProgram(new CustomerProgramId(program)),
        { Kind: NoticeKind.BudgetReached } => Addresses.Budgets,
        _ => Addresses.Inbox,
    };

    /// <summary>A stored moment as a clock in Europe/Berlin shows it.</summary>
    private static string Clock(string moment) => TimeZoneInfo.ConvertTime(
        DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), BusinessTime.Zone).ToString("g", CultureInfo.CurrentCulture);

    private static string Named(string ability) => AbilityTexts.Of(Enum.Parse<Ability>(ability));

    private static string RoleNamed(string role) => AbilityTexts.Of(Enum.Parse<Role>(role));

    private static string Day(string day) => DateOnly.Parse(day, CultureInfo.InvariantCulture).ToString("d", CultureInfo.CurrentCulture);

    private static string Euro(string millionths) => Figures.Exact(Money.FromMillionths(long.Parse(millionths, CultureInfo.InvariantCulture)));

    private static string Fill(string text, params object[] words) => string.Format(CultureInfo.CurrentCulture, text, words);
}
