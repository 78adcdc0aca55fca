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
        _ => throw new ArgumentOutOfRangeException(nameof(notice), notice.Kind, "A notice without a text."),
    };

    public static string Detail(Notice notice) => notice.Kind switch
    {
        NoticeKind.TimeAccountLow => Fill(
            Texts.TimeAccountLowDetail, Figures.Time(new Seconds(long.Parse(notice.Words[2], CultureInfo.InvariantCulture)))),
        NoticeKind.LedgerDoesNotFit => Texts.LedgerDoesNotFitDetail,
        NoticeKind.WebhookDisabled => Texts.WebhookDisabledDetail,
        _ => throw new ArgumentOutOfRangeException(nameof(notice), notice.Kind, "A notice without a text."),
    };

    public static string Icon(Notice notice) => notice.Kind switch
    {
        NoticeKind.TimeAccountLow => "time-account",
        NoticeKind.WebhookDisabled => "network",
        _ => "danger",
    };

    public static string Address(Notice notice) => notice switch
    {
        { Kind: NoticeKind.TimeAccountLow, Subject: { } account } => Addresses.TimeAccount(new TimeAccountId(account)),
        { Kind: NoticeKind.LedgerDoesNotFit } => Addresses.Platform,
        { Kind: NoticeKind.WebhookDisabled, Subject: { } endpoint } => Addresses.Webhook(new WebhookEndpointId(endpoint)),
        _ => Addresses.Inbox,
    };

    private static string Fill(string text, params object[] words) => string.Format(CultureInfo.CurrentCulture, text, words);
}
