using System.Globalization;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;
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
        NoticeKind.BudgetReached => Fill(
            notice.Words[6] == "stop" ? Texts.BudgetReachedStops : Texts.BudgetReachedGoesOn, Euro(notice.Words[3]), Euro(notice.Words[4])),
        _ => throw new ArgumentOutOfRangeException(nameof(notice), notice.Kind, "A notice without a text."),
    };

    public static string Icon(Notice notice) => notice.Kind switch
    {
        NoticeKind.TimeAccountLow => "time-account",
        NoticeKind.WebhookDisabled => "network",
        NoticeKind.BudgetReached => "euro",
        _ => "danger",
    };

    public static string Address(Notice notice) => notice switch
    {
        { Kind: NoticeKind.TimeAccountLow, Subject: { } account } => Addresses.TimeAccount(new TimeAccountId(account)),
        { Kind: NoticeKind.LedgerDoesNotFit } => Addresses.Platform,
        { Kind: NoticeKind.WebhookDisabled, Subject: { } endpoint } => Addresses.Webhook(new WebhookEndpointId(endpoint)),
        { Kind: NoticeKind.BudgetReached, Subject: { } program } => Addresses.CustomerProgram(new CustomerProgramId(program)),
        { Kind: NoticeKind.BudgetReached } => Addresses.Budgets,
        _ => Addresses.Inbox,
    };

    private static string Euro(string millionths) => Figures.Exact(Money.FromMillionths(long.Parse(millionths, CultureInfo.InvariantCulture)));

    private static string Fill(string text, params object[] words) => string.Format(CultureInfo.CurrentCulture, text, words);
}
