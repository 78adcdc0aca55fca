using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Notices;
using NadooIt.Data.TimeAccounts;
using NadooIt.Data.Webhooks;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;
using NadooIt.Domain.Webhooks;
using NadooIt.Tests.Executions;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Webhooks;

/// <summary>From an execution to a signed message in a customer's system, with everything that can go wrong between.</summary>
public sealed class WebhooksTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(ListWebhookEndpoints), Ability.ViewApiKeys, async (database, person, customer) =>
        {
            var id = await StoreAsync(database, customer);
            var page = await database.As<ListWebhookEndpoints>(person).RunAsync(new(true, new PageRequest()), None);
            _ = page.Rows.FirstOrDefault(row => row.Id == id) ?? throw PermissionTable.NotListed;
        }),
        new(typeof(ReadWebhookEndpoint), Ability.ViewApiKeys, async (database, person, customer) =>
            await database.As<ReadWebhookEndpoint>(person).RunAsync(await StoreAsync(database, customer), new PageRequest(), None)),
        new(typeof(CreateWebhookEndpoint), Ability.CreateApiKeys, async (database, person, customer) =>
            await (await database.AsTouchedAsync<CreateWebhookEndpoint>(person)).RunAsync(new(customer, "https://example.com/", [WebhookEvent.ExecutionRecorded]), None)),
        new(typeof(CorrectWebhookEndpoint), Ability.CreateApiKeys, async (database, person, customer) =>
            await database.As<CorrectWebhookEndpoint>(person).RunAsync(new(await StoreAsync(database, customer), "https://example.org/", [WebhookEvent.TimeAccountLow]), None)),
        new(typeof(RotateWebhookSecret), Ability.CreateApiKeys, async (database, person, customer) =>
            await (await database.AsTouchedAsync<RotateWebhookSecret>(person)).RunAsync(await StoreAsync(database, customer), None)),
        new(typeof(TestWebhookEndpoint), Ability.CreateApiKeys, async (database, person, customer) =>
            await database.As<TestWebhookEndpoint>(person).RunAsync(await StoreAsync(database, customer), None)),
        new(typeof(RedeliverWebhook), Ability.CreateApiKeys, async (database, person, customer) =>
            await database.As<RedeliverWebhook>(person).RunAsync(await DeliveryAsync(database, customer), None)),
        new(typeof(EndWebhookEndpoint), Ability.RevokeApiKeys, async (database, person, customer) =>
            await database.As<EndWebhookEndpoint>(person).RunAsync(await StoreAsync(database, customer), None)),
    ];

    public static TheoryData<string> Rows() => PermissionTable.Names(Permissions);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Only_the_right_ability_opens_it(string name) => PermissionTable.CheckAsync(database, Permissions.Single(row => row.Name == name));

    [Fact]
    public async Task An_execution_is_told_signed_and_once()
    {
        await using var receiver = new WebhookReceiver();
        var story = await ExecutionStory.BeginAsync(database);
        var (endpoint, secret) = await CreateAsync(story.Customer, receiver.Address, WebhookEvent.ExecutionRecorded);
        var program = await story.ProgramAsync();

        var execution = await story.RecordAsync(program.Id, 90, reference: "run-ä");
        await SendAsync(() => !receiver.Messages.IsEmpty);

        var message = receiver.Messages.ShouldHaveSingleItem();
        message.Signature.ShouldBe(secret.Sign(message.Id, long.Parse(message.Timestamp, CultureInfo.InvariantCulture), message.Body));
        message.Timestamp.ShouldBe(database.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        var body = JsonDocument.Parse(message.Body).RootElement;
        body.GetProperty("type").GetString().ShouldBe("execution.recorded");
        body.GetProperty("data").GetProperty("id").GetGuid().ShouldBe(execution.Id.Value);
        body.GetProperty("data").GetProperty("reference").GetString().ShouldBe("run-ä");
        body.GetProperty("data").GetProperty("price").GetProperty("amount").GetString().ShouldBe("0.900000");
        var delivery = (await LogAsync(endpoint)).ShouldHaveSingleItem();
        (delivery.State, delivery.LastStatus, delivery.Attempts).ShouldBe((WebhookDeliveryState.Delivered, 204, 1));
    }

    [Fact]
    public async Task Customers_without_an_endpoint_or_with_another_choice_are_told_nothing()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var other = await CreateAsync((await database.Landscape.CustomerAsync()).Id, "https://example.com/", WebhookEvent.ExecutionRecorded);
        var low = await CreateAsync(story.Customer, "https://example.com/", WebhookEvent.TimeAccountLow);
        var ended = await CreateAsync(story.Customer, "https://example.com/", WebhookEvent.ExecutionRecorded);
        await database.As<EndWebhookEndpoint>(database.Landscape.Administrator.Id).RunAsync(ended.Id, None);

        await story.RecordAsync((await story.ProgramAsync()).Id);

        foreach (var endpoint in new[] { other.Id, low.Id, ended.Id })
        {
            (await LogAsync(endpoint)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_failed_message_is_tried_again_later_with_a_fresh_timestamp_and_the_same_id()
    {
        await using var receiver = new WebhookReceiver { Status = 500, Response = "not now" };
        var story = await ExecutionStory.BeginAsync(database);
        var (endpoint, secret) = await CreateAsync(story.Customer, receiver.Address, WebhookEvent.ExecutionRecorded);
        await story.RecordAsync((await story.ProgramAsync()).Id);
        await SendAsync(() => !receiver.Messages.IsEmpty);

        var failed = (await LogAsync(endpoint)).ShouldHaveSingleItem();
        (failed.State, failed.LastStatus, failed.LastResponse).ShouldBe((WebhookDeliveryState.Waiting, 500, "not now"));
        failed.NextAt.ShouldBe(database.Clock.GetUtcNow() + WebhookDelivery.Pauses[0]);

        receiver.Status = 200;
        database.Clock.Advance(WebhookDelivery.Pauses[0]);
        await SendAsync(() => receiver.Messages.Count > 1);

        var (first, second) = (receiver.Messages.First(), receiver.Messages.Last());
        second.Id.ShouldBe(first.Id);
        (long.Parse(second.Timestamp, CultureInfo.InvariantCulture) - long.Parse(first.Timestamp, CultureInfo.InvariantCulture)).ShouldBe((long)WebhookDelivery.Pauses[0].TotalSeconds);
        second.Signature.ShouldBe(secret.Sign(second.Id, long.Parse(second.Timestamp, CultureInfo.InvariantCulture), second.Body));
        (await LogAsync(endpoint)).ShouldHaveSingleItem().State.ShouldBe(WebhookDeliveryState.Delivered);
    }

    [Fact]
    public async Task During_a_rotation_both_secrets_sign_and_they_are_kept_encrypted()
    {
        await using var receiver = new WebhookReceiver();
        var customer = (await database.Landscape.CustomerAsync()).Id;
        var (endpoint, former) = await CreateAsync(customer, receiver.Address, WebhookEvent.ExecutionRecorded);
        var present = await (await database.AsTouchedAsync<RotateWebhookSecret>(database.Landscape.Administrator.Id)).RunAsync(endpoint, None);

        await database.As<TestWebhookEndpoint>(database.Landscape.Administrator.Id).RunAsync(endpoint, None);
        await SendAsync(() => !receiver.Messages.IsEmpty);

        var message = receiver.Messages.ShouldHaveSingleItem();
        var timestamp = long.Parse(message.Timestamp, CultureInfo.InvariantCulture);
        message.Signature.Split(' ').ShouldBe([present.Sign(message.Id, timestamp, message.Body), former.Sign(message.Id, timestamp, message.Body)]);
        await using var db = database.Open();
        var stored = await db.WebhookEndpoints.SingleAsync(found => found.Id == endpoint);
        stored.Secret.ShouldBe(new PlainSecrets().Protect([.. present.Bytes]));
        (await db.AuditEntries.Where(entry => entry.SubjectId == endpoint.ToString()).Select(entry => entry.After).ToListAsync())
            .ShouldAllBe(after => !after!.Contains("Secret\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Redirects_are_not_followed_and_a_message_can_be_sent_again()
    {
        await using var receiver = new WebhookReceiver { Status = 302 };
        receiver.Location = receiver.Address + "elsewhere";
        var customer = (await database.Landscape.CustomerAsync()).Id;
        var (endpoint, _) = await CreateAsync(customer, receiver.Address, WebhookEvent.ExecutionRecorded);
        await database.As<TestWebhookEndpoint>(database.Landscape.Administrator.Id).RunAsync(endpoint, None);
        await SendAsync(() => !receiver.Messages.IsEmpty);
        var failed = (await LogAsync(endpoint)).ShouldHaveSingleItem();
        (failed.LastStatus, receiver.Messages.Count).ShouldBe((302, 1));

        receiver.Status = 200;
        await database.As<RedeliverWebhook>(database.Landscape.Administrator.Id).RunAsync(failed.Id, None);
        await SendAsync(() => receiver.Messages.Count > 1);

        (await LogAsync(endpoint)).ShouldHaveSingleItem().State.ShouldBe(WebhookDeliveryState.Delivered);
    }

    [Fact]
    public async Task An_endpoint_that_is_gone_is_disabled_and_its_people_are_told()
    {
        await using var receiver = new WebhookReceiver { Status = 410 };
        var customer = (await database.Landscape.CustomerAsync()).Id;
        var manager = await database.Landscape.EmployeeAsync(customer, Ability.CreateApiKeys);
        var (endpoint, _) = await CreateAsync(customer, receiver.Address, WebhookEvent.ExecutionRecorded);
        await database.As<TestWebhookEndpoint>(manager.Id).RunAsync(endpoint, None);
        await SendAsync(() => !receiver.Messages.IsEmpty);

        (await database.As<ListNotices>(manager.Id).RunAsync(new(false, new PageRequest()), None)).Rows
            .ShouldHaveSingleItem().ShouldSatisfyAllConditions(notice => notice.Kind.ShouldBe(NoticeKind.WebhookDisabled), notice => notice.Subject.ShouldBe(endpoint.Value));
        (await Should.ThrowAsync<Refused>(() => database.As<TestWebhookEndpoint>(manager.Id).RunAsync(endpoint, None))).Refusal.ShouldBe(WebhookRefusals.Ended);
    }

    [Fact]
    public async Task A_time_account_that_runs_low_is_told()
    {
        await using var receiver = new WebhookReceiver();
        var customer = (await database.Landscape.CustomerAsync()).Id;
        await CreateAsync(customer, receiver.Address, WebhookEvent.TimeAccountLow);
        var account = await database.Landscape.TimeAccountAsync(customer, 10);
        await using (var db = database.Open())
        {
            var stored = await db.TimeAccounts.SingleAsync(found => found.Id == account.Id);
            stored.Change(stored.Name, stored.Overdraft, new Seconds(100));
            await db.SaveChangesAsync();
        }

        while (!await database.As<BalanceWatch>((PersonId?)null).CheckAsync(None))
        {
            await Task.Yield();
        }

        await SendAsync(() => !receiver.Messages.IsEmpty);

        var body = JsonDocument.Parse(receiver.Messages.ShouldHaveSingleItem().Body).RootElement;
        body.GetProperty("type").GetString().ShouldBe("time_account.low");
        body.GetProperty("data").GetProperty("balanceSeconds").GetInt64().ShouldBe(10);
    }

    [Fact]
    public async Task Private_addresses_are_not_called_unless_a_setting_allows_it()
    {
        await using var receiver = new WebhookReceiver();
        using var strict = new WebhookClient(new WebhookSettings());
        using var lax = new WebhookClient(new WebhookSettings { AllowPrivateAddresses = true });
        var port = new Uri(receiver.Address).Port;
        Task<WebhookOutcome> By(WebhookClient client, string host) => client.SendAsync(
            new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{port}/hook/")), "msg_1", "{}", [WebhookSecret.Create()], database.Clock.GetUtcNow(), None);

        // A name that leads to this machine is judged by where it leads.
        (await By(strict, "localhost")).ShouldBe(new WebhookOutcome(null, "address not allowed"));
        (await By(strict, "127.0.0.1")).ShouldBe(new WebhookOutcome(null, "address not allowed"));
        receiver.Messages.ShouldBeEmpty();
        (await By(lax, "127.0.0.1")).Status.ShouldBe(204);
        receiver.Messages.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_one_node_has_claimed_another_does_not_send_until_the_claim_runs_out()
    {
        var customer = (await database.Landscape.CustomerAsync()).Id;
        var id = await DeliveryAsync(database, customer, inFuture: true);
        var due = database.Clock.GetUtcNow() + TimeSpan.FromHours(1);
        async Task<bool> ClaimAsync(DateTimeOffset now)
        {
            await using var db = database.Open();
            return (await db.ClaimWebhooksAsync([], 32, 20, now, now + WebhookSender.Claim, None)).Any(row => row.Id == id.Value);
        }

        (await ClaimAsync(due)).ShouldBeTrue();
        (await ClaimAsync(due)).ShouldBeFalse();
        (await ClaimAsync(due + WebhookSender.Claim)).ShouldBeTrue();
    }

    private async Task<(WebhookEndpointId Id, WebhookSecret Secret)> CreateAsync(CustomerId customer, string address, params WebhookEvent[] events)
    {
        var made = await (await database.AsTouchedAsync<CreateWebhookEndpoint>(database.Landscape.Administrator.Id)).RunAsync(new(await AbleAsync(customer), address, events), None);
        return (made.Id, made.Secret);
    }

    /// <summary>Lets the administrator look after the customer's connections.</summary>
    private async Task<CustomerId> AbleAsync(CustomerId customer)
    {
        await using var db = database.Open();
        var administrator = database.Landscape.Administrator.Id;
        if (!await db.EmployeeContracts.AnyAsync(contract => contract.PersonId == administrator && contract.CustomerId == customer))
        {
            await database.Landscape.EmployAsync(customer, administrator, Ability.CreateApiKeys, Ability.RevokeApiKeys);
        }

        return customer;
    }

    /// <summary>Sends until what is waited for has happened and is noted; the background service may have been faster.</summary>
    private async Task SendAsync(Func<bool> hasHappened)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        bool isNoted;
        do
        {
            await database.As<WebhookSender>((PersonId?)null).SendDueAsync(patience.Token);
            await using var db = database.Open();
            var now = database.Clock.GetUtcNow();
            // While a message is on its way, its claim stands.
            isNoted = !await db.WebhookDeliveries.AnyAsync(delivery => delivery.State == WebhookDeliveryState.Waiting && delivery.NextAt == now + WebhookSender.Claim);
        }
        while (!hasHappened() || !isNoted);
    }

    private async Task<IReadOnlyList<WebhookDelivery>> LogAsync(WebhookEndpointId endpoint) =>
        (await database.As<ReadWebhookEndpoint>(database.Landscape.Administrator.Id).RunAsync(endpoint, new PageRequest(), None)).Deliveries.Rows;

    private static async Task<WebhookEndpointId> StoreAsync(TestDatabase database, CustomerId customer)
    {
        await using var db = database.Open();
        var endpoint = WebhookEndpoint.Create(
            customer, "https://example.invalid/", [WebhookEvent.ExecutionRecorded], new PlainSecrets().Protect([.. WebhookSecret.Create().Bytes]), false,
            database.Landscape.Administrator.Id, database.Clock.GetUtcNow());
        db.Add(endpoint);
        await db.SaveChangesAsync();
        return endpoint.Id;
    }

    private static async Task<WebhookDeliveryId> DeliveryAsync(TestDatabase database, CustomerId customer, bool inFuture = false)
    {
        var id = await StoreAsync(database, customer);
        await using var db = database.Open();
        var endpoint = await db.WebhookEndpoints.SingleAsync(found => found.Id == id);
        var now = database.Clock.GetUtcNow();
        var delivery = WebhookDelivery.Of(endpoint, WebhookEvent.Test, id.Value, now, "{}", inFuture ? now + TimeSpan.FromHours(1) : now);
        db.Add(delivery);
        await db.SaveChangesAsync();
        return delivery.Id;
    }
}
