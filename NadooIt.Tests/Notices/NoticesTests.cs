using NadooIt.Data.Kernel;
using NadooIt.Data.Notices;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Notices;

public sealed class NoticesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(ListNotices), Ability.ManageOwnAccount, async (database, person, _) =>
        {
            var id = await TellAsync(database, person);
            (await database.As<ListNotices>(person).RunAsync(new(false, new PageRequest()), None)).Rows.ShouldContain(notice => notice.Id == id);
        }),
        new(typeof(CountNewNotices), Ability.ManageOwnAccount, async (database, person, _) => await database.As<CountNewNotices>(person).RunAsync(None)),
        new(typeof(ReadNotice), Ability.ManageOwnAccount, async (database, person, _) =>
            await database.As<ReadNotice>(person).RunAsync(await TellAsync(database, person), None)),
        new(typeof(FinishNotices), Ability.ManageOwnAccount, async (database, person, _) =>
            await database.As<FinishNotices>(person).RunAsync(await TellAsync(database, person), None)),
    ];

    public static TheoryData<string> Rows() => PermissionTable.Names(Permissions);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Only_oneself_opens_it(string name) => PermissionTable.CheckAsync(database, Permissions.Single(row => row.Name == name));

    [Fact]
    public async Task A_notice_is_new_then_read_then_done()
    {
        var person = (await database.Landscape.PersonAsync()).Id;
        var (first, second) = (await TellAsync(database, person), await TellAsync(database, person));
        (await CountAsync(person)).ShouldBe(2);

        await database.As<ReadNotice>(person).RunAsync(first, None);
        (await CountAsync(person)).ShouldBe(1);
        (await ListAsync(person, false)).Select(notice => notice.Id).ShouldBe([first, second], ignoreOrder: true);

        await database.As<FinishNotices>(person).RunAsync(second, None);
        (await CountAsync(person)).ShouldBe(0);
        (await ListAsync(person, false)).ShouldHaveSingleItem().Id.ShouldBe(first);
        (await ListAsync(person, true)).Count.ShouldBe(2);

        await database.As<FinishNotices>(person).RunAsync(null, None);
        (await ListAsync(person, false)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Somebody_elses_notice_does_not_exist()
    {
        var (owner, other) = ((await database.Landscape.PersonAsync()).Id, (await database.Landscape.PersonAsync()).Id);
        var id = await TellAsync(database, owner);

        (await ListAsync(other, true)).ShouldBeEmpty();
        (await Should.ThrowAsync<Refused>(() => database.As<ReadNotice>(other).RunAsync(id, None))).Refusal.ShouldBe(NoticeRefusals.NotFound);
        (await Should.ThrowAsync<Refused>(() => database.As<FinishNotices>(other).RunAsync(id, None))).Refusal.ShouldBe(NoticeRefusals.NotFound);
        await database.As<FinishNotices>(other).RunAsync(null, None);
        (await ListAsync(owner, false)).ShouldHaveSingleItem();
    }

    private Task<int> CountAsync(PersonId person) => database.As<CountNewNotices>(person).RunAsync(None);

    private async Task<IReadOnlyList<Notice>> ListAsync(PersonId person, bool withDone) =>
        (await database.As<ListNotices>(person).RunAsync(new(withDone, new PageRequest()), None)).Rows;

    private static async Task<NoticeId> TellAsync(TestDatabase database, PersonId? person)
    {
        if (person is not { } id)
        {
            return default;
        }

        var notice = Notice.Tell(id, NoticeKind.LedgerDoesNotFit, null, ["Test"], database.Clock.GetUtcNow());
        await using var db = database.Open();
        db.Add(notice);
        await db.SaveChangesAsync();
        return notice.Id;
    }
}
