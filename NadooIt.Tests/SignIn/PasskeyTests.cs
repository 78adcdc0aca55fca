using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.SignIn;

/// <summary>Answers forged byte by byte against the running site: what a step of WebAuthn forbids is refused.</summary>
public sealed class PasskeyTests(PasskeySite site) : IClassFixture<PasskeySite>, IDisposable
{
    private const string Unknown = "NOBODYHASTH1S000";

    private readonly SoftwareAuthenticator key = new(PasskeySite.Origin);

    public void Dispose() => key.Dispose();

    [Fact]
    public async Task A_registered_key_signs_in()
    {
        var code = await EnrolAsync();
        (await SignInAsync(site.Visit(), code)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await StoredAsync("sign_count")).ShouldBe(1L);
        (await StoredAsync("authenticator_model")).ShouldBe(SoftwareAuthenticator.Aaguid);
    }

    [Fact]
    public async Task A_deactivated_person_is_answered_like_somebody_unknown_and_is_signed_out_everywhere()
    {
        // Attempts are counted for each code, so this test has an unknown one of its own.
        const string Nobody = "N0B0DYHASTHAT000";
        var code = await EnrolAsync();
        var visitor = site.Visit();
        (await SignInAsync(visitor, code)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await visitor.Client.GetAsync("/os/security", CancellationToken.None)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var other = site.Visit();
        await other.OpenAsync("/login");
        var begun = await other.BeginAsync("/sign-in/options", ("userCode", code));
        await site.SqlAsync($"UPDATE person SET deactivated_at = now() WHERE user_code = '{code}'");

        (await visitor.Client.GetAsync("/os/security", CancellationToken.None)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var wrong = await (await other.AnswerAsync("/login", "sign-in", begun, key.Get(begun.PublicKey), ("userCode", code))).ShouldBeRefusedAsync();
        var unknown = await other.BeginAsync("/sign-in/options", ("userCode", Nobody));
        var refused = await (await other.AnswerAsync("/login", "sign-in", unknown, key.Get(unknown.PublicKey, credential: key.Credentials.Single()), ("userCode", Nobody))).ShouldBeRefusedAsync();
        wrong.ShouldBe(refused);
        var again = await other.BeginAsync("/sign-in/options", ("userCode", code));
        Names(again.PublicKey).ShouldBe(Names(unknown.PublicKey));
        await (await other.AnswerAsync("/login", "sign-in", again, key.Get(again.PublicKey, credential: key.Credentials.Single()), ("userCode", code))).ShouldBeRefusedAsync();

        // Otherwise a key that never worked would pass.
        await site.SqlAsync($"UPDATE person SET deactivated_at = NULL WHERE user_code = '{code}'");
        (await SignInAsync(site.Visit(), code)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Spelling_of_the_code_does_not_matter()
    {
        var code = await EnrolAsync();
        (await SignInAsync(site.Visit(), $" {code[..4]}-{code[4..8]} {code[8..]}".ToLowerInvariant())).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    public static TheoryData<string> Forgeries => [.. Altered.Keys];

    private static readonly Dictionary<string, Forgery> Altered = new()
    {
        ["user not verified"] = new() { UserVerified = false },
        ["user not present"] = new() { UserPresent = false },
        ["foreign origin"] = new() { Origin = "https://evil.example" },
        ["sub-domain of the server"] = new() { Origin = "https://evil.localhost" },
        ["other port"] = new() { Origin = "https://localhost:444" },
        ["origin with a trailing slash"] = new() { Origin = "https://localhost/" },
        ["origin in capitals"] = new() { Origin = "https://LOCALHOST" },
        ["inside a foreign frame"] = new() { CrossOrigin = true },
        ["with a top origin"] = new() { TopOrigin = "https://evil.example" },
        ["other server domain"] = new() { ServerDomain = "evil.example" },
        ["other challenge"] = new() { Challenge = new byte[32] },
        ["wrong type"] = new() { ClientDataType = "payment.get" },
        ["backed up but not eligible"] = new() { BackupEligible = false, BackedUp = true },
        ["credential id of another"] = new() { CredentialId = new byte[32] },
    };

    [Theory, MemberData(nameof(Forgeries))]
    public async Task A_forged_sign_in_is_refused(string name)
    {
        var code = await EnrolAsync();
        var visitor = site.Visit();
        (await SignInAsync(visitor, code, Altered[name])).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await visitor.Client.GetAsync("/os/security", CancellationToken.None)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await SignInAsync(visitor, code)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Theory, MemberData(nameof(Forgeries))]
    public async Task A_forged_registration_is_refused(string name)
    {
        var (visitor, invitation, start) = await OpenInvitationAsync();
        (await visitor.AnswerAsync(Enrol(invitation), "enrol", start, key.Create(start.PublicKey, Altered[name]), ("token", invitation.EnrolmentToken)))
            .StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await site.SqlAsync($"SELECT count(*) FROM security_key WHERE person_id = '{invitation.Person}'")).ShouldBe(0L);
    }

    [Fact]
    public async Task Broken_signature_foreign_handle_and_changed_backup_flag_are_refused()
    {
        var code = await EnrolAsync();
        foreach (var forgery in new Forgery[] { new() { BrokenSignature = true }, new() { UserHandle = "somebody" }, new() { BackupEligible = true } })
        {
            (await SignInAsync(site.Visit(), code, forgery)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        }
    }

    [Fact]
    public async Task An_algorithm_that_is_not_allowed_is_refused()
    {
        var (visitor, invitation, start) = await OpenInvitationAsync();
        start.PublicKey["pubKeyCredParams"]!.AsArray().Select(p => p!["alg"]!.GetValue<int>()).ShouldBe([-7, -37, -35, -257], ignoreOrder: true);
        start.PublicKey["attestation"]!.GetValue<string>().ShouldBe("none");
        start.PublicKey["authenticatorSelection"]!["userVerification"]!.GetValue<string>().ShouldBe("required");
        start.PublicKey["authenticatorSelection"]!["residentKey"]!.GetValue<string>().ShouldBe("preferred");
        (await visitor.AnswerAsync(Enrol(invitation), "enrol", start, key.Create(start.PublicKey, new Forgery { Algorithm = -36 }), ("token", invitation.EnrolmentToken)))
            .StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task The_same_answer_counts_once(bool counts)
    {
        using var own = new SoftwareAuthenticator(PasskeySite.Origin) { CountsSignatures = counts, IsSynced = !counts };
        var code = await EnrolAsync(own);
        var visitor = site.Visit();
        await visitor.OpenAsync("/login");
        var start = await visitor.BeginAsync("/sign-in/options", ("userCode", code));
        var answer = own.Get(start.PublicKey);
        (await visitor.AnswerAsync("/login", "sign-in", start, answer)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        await visitor.OpenAsync("/os/confirm");
        (await visitor.AnswerAsync("/login", "sign-in", start, answer)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var next = await visitor.BeginAsync("/sign-in/options", ("userCode", code));
        (await visitor.AnswerAsync("/login", "sign-in", next, answer)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_refused_answer_spends_the_ceremony()
    {
        var code = await EnrolAsync();
        var visitor = site.Visit();
        await visitor.OpenAsync("/login");
        var start = await visitor.BeginAsync("/sign-in/options", ("userCode", code));
        (await visitor.AnswerAsync("/login", "sign-in", start, key.Get(start.PublicKey, new Forgery { UserVerified = false }))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await visitor.AnswerAsync("/login", "sign-in", start, key.Get(start.PublicKey))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Of_parallel_touches_with_one_counter_one_signs_in()
    {
        await EnrolAsync();
        var person = new PersonId((Guid)(await StoredAsync("person_id"))!);
        var touch = new KeyTouch(person, key.Credentials.Single().Id, 7, false);

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SignInDirectlyAsync(touch)));

        results.Count(signedIn => signedIn).ShouldBe(1);
    }

    private async Task<bool> SignInDirectlyAsync(KeyTouch touch)
    {
        try
        {
            await site.RunAsync((NadooIt.Data.Keys.SignIn signIn) => signIn.RunAsync(new(touch, "", "", SessionLimits.Usual), default));
            return true;
        }
        catch (Refused)
        {
            return false;
        }
    }

    [Fact]
    public async Task An_answer_works_in_its_own_browser_only_and_another_browser_cannot_spend_it()
    {
        var code = await EnrolAsync();
        var (own, other) = (site.Visit(), site.Visit());
        await own.OpenAsync("/login");
        await other.OpenAsync("/login");
        await other.BeginAsync("/sign-in/options", ("userCode", code));
        var start = await own.BeginAsync("/sign-in/options", ("userCode", code));
        var answer = key.Get(start.PublicKey);
        (await other.AnswerAsync("/login", "sign-in", start, answer, ("userCode", code))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await own.AnswerAsync("/login", "sign-in", start, answer, ("userCode", code))).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Two_tabs_of_one_browser_do_not_disturb_each_other()
    {
        var code = await EnrolAsync();
        var visitor = site.Visit();
        await visitor.OpenAsync("/login");
        var first = await visitor.BeginAsync("/sign-in/options", ("userCode", code));
        await visitor.BeginAsync("/sign-in/options", ("userCode", code));
        (await visitor.AnswerAsync("/login", "sign-in", first, key.Get(first.PublicKey))).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task A_ceremony_ends_after_five_minutes()
    {
        var code = await EnrolAsync();
        var visitor = site.Visit();
        await visitor.OpenAsync("/login");
        var start = await visitor.BeginAsync("/sign-in/options", ("userCode", code));
        site.Clock.Advance(TimeSpan.FromMinutes(5));
        (await visitor.AnswerAsync("/login", "sign-in", start, key.Get(start.PublicKey))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task An_answer_for_sign_in_is_no_step_up_and_the_other_way_round()
    {
        var code = await EnrolAsync();
        var visitor = site.Visit();
        await SignInAsync(visitor, code);
        await visitor.OpenAsync("/os/confirm");
        var signIn = await visitor.BeginAsync("/sign-in/options", ("userCode", code));
        (await visitor.AnswerAsync("/os/confirm", "confirm", signIn, key.Get(signIn.PublicKey))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var stepUp = await visitor.BeginAsync("/step-up/options");
        (await visitor.AnswerAsync("/login", "sign-in", stepUp, key.Get(stepUp.PublicKey))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var again = await visitor.BeginAsync("/step-up/options");
        (await visitor.AnswerAsync("/os/confirm", "confirm", again, key.Get(again.PublicKey))).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Adding_a_key_needs_a_fresh_touch_and_excludes_the_keys_already_there()
    {
        var code = await EnrolAsync();
        var visitor = site.Visit();
        (await SignInAsync(visitor, code)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        site.Clock.Advance(TimeSpan.FromMinutes(6));
        (await visitor.OpenAsync("/os/confirm")).ShouldContain("data-passkey");
        (await visitor.PostAsync("/add-key/options")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var stepUp = await visitor.BeginAsync("/step-up/options");
        (await visitor.AnswerAsync("/os/confirm", "confirm", stepUp, key.Get(stepUp.PublicKey))).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var start = await visitor.BeginAsync("/add-key/options");
        SoftwareAuthenticator.AllowedIds(start.PublicKey).Single().ShouldBe(key.Credentials.Single().Id);

        using var synced = new SoftwareAuthenticator(PasskeySite.Origin) { IsSynced = true, CountsSignatures = false, Transports = ["internal", "hybrid", "nonsense"] };
        (await visitor.AnswerAsync("/os/security/add-key", "add-key", start, synced.Create(start.PublicKey), ("keyName", "Second key"))).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await StoredAsync("name || ' ' || kind || ' ' || array_to_string(transports, ',')", synced))
            .ShouldBe("Second key 3 hybrid,internal");
        (await SignInAsync(site.Visit(), code, with: synced)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await SignInAsync(site.Visit(), code)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task An_unknown_code_gets_stable_descriptors_of_the_same_shape_and_nobody_signs_in_with_them()
    {
        var code = await EnrolAsync();
        var visitor = site.Visit();
        await visitor.OpenAsync("/login");
        var known = await visitor.BeginAsync("/sign-in/options", ("userCode", code));
        var first = await visitor.BeginAsync("/sign-in/options", ("userCode", Unknown));
        var second = await visitor.BeginAsync("/sign-in/options", ("userCode", "nobody-hasthls-000"));
        Names(first.PublicKey).ShouldBe(Names(known.PublicKey));
        first.PublicKey["allowCredentials"]!.ToJsonString().ShouldBe(second.PublicKey["allowCredentials"]!.ToJsonString());
        first.PublicKey["challenge"]!.GetValue<string>().ShouldNotBe(second.PublicKey["challenge"]!.GetValue<string>());

        var real = key.Credentials.Single();
        foreach (var forgery in new Forgery[] { new() { CredentialId = SoftwareAuthenticator.AllowedIds(first.PublicKey)[0] }, new() })
        {
            var start = await visitor.BeginAsync("/sign-in/options", ("userCode", Unknown));
            (await visitor.AnswerAsync("/login", "sign-in", start, key.Get(start.PublicKey, forgery, real))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        }
    }

    [Fact]
    public async Task Decoys_vary_in_number_and_length_as_real_keys_do()
    {
        await EnrolAsync();
        var visitor = site.Visit();
        await visitor.OpenAsync("/login");
        var counts = new HashSet<int>();
        var lengths = new HashSet<int>();
        for (var index = 0; index < 150; index++)
        {
            var start = await visitor.BeginAsync("/sign-in/options", ("userCode", $"VNKN0WN{index:D9}"));
            var ids = SoftwareAuthenticator.AllowedIds(start.PublicKey);
            counts.Add(ids.Count);
            lengths.UnionWith(ids.Select(id => id.Length));
        }

        counts.ShouldBe([1, 2, 3], ignoreOrder: true);
        lengths.ShouldBe([16, 20, 32, 48, 64], ignoreOrder: true);
    }

    [Fact]
    public async Task Options_need_an_antiforgery_token_and_a_form()
    {
        var visitor = site.Visit();
        foreach (var path in new[] { "/sign-in/options", "/set-up/options", "/enrol/options" })
        {
            (await visitor.PostAsync(path)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            using var json = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
            (await visitor.Client.PostAsync(path, json, CancellationToken.None)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }

        (await visitor.PostAsync("/step-up/options")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Foreign_host_changes_nothing()
    {
        var code = await EnrolAsync();
        var visitor = site.Visit();
        await visitor.OpenAsync("/login");
        visitor.Client.DefaultRequestHeaders.Host = "evil.example";
        visitor.Client.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        var start = await visitor.BeginAsync("/sign-in/options", ("userCode", code));
        start.PublicKey["rpId"]!.GetValue<string>().ShouldBe("localhost");
        (await visitor.AnswerAsync("/login", "sign-in", start, key.Get(start.PublicKey, new Forgery { Origin = "https://evil.example", ServerDomain = "evil.example" })))
            .StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Ceremony_cookie_is_host_only_http_only_and_strict()
    {
        var visitor = site.Visit();
        await visitor.OpenAsync("/login");
        using var response = await visitor.PostAsync("/sign-in/options", ("userCode", "x"));
        var cookie = response.Headers.GetValues("Set-Cookie").Single();
        cookie.ShouldStartWith("__Host-nadooit-ceremony=");
        foreach (var part in new[] { "httponly", "secure", "samesite=strict", "path=/", "max-age=300" })
        {
            cookie.ShouldContain(part, Case.Insensitive);
        }

        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Theory, InlineData(""), InlineData("{}"), InlineData("null"), InlineData("[]"), InlineData("{\"id\":\"!\"}"), InlineData("no json")]
    public async Task Rubbish_is_refused_without_an_error_page(string rubbish)
    {
        var code = await EnrolAsync();
        var visitor = site.Visit();
        await visitor.OpenAsync("/login");
        var start = await visitor.BeginAsync("/sign-in/options", ("userCode", code));
        (await visitor.AnswerAsync("/login", "sign-in", start, rubbish)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_credential_of_one_person_is_not_registered_for_another()
    {
        await EnrolAsync();
        var taken = key.Credentials.Single();
        var (visitor, invitation, start) = await OpenInvitationAsync();
        using var clone = new SoftwareAuthenticator(PasskeySite.Origin) { ReuseId = taken.Id };
        (await visitor.AnswerAsync(Enrol(invitation), "enrol", start, clone.Create(start.PublicKey))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_broken_database_is_an_error_and_not_a_wrong_key()
    {
        var code = await EnrolAsync();
        var visitor = site.Visit();
        await visitor.OpenAsync("/login");
        var start = await visitor.BeginAsync("/sign-in/options", ("userCode", code));
        await site.SqlAsync("ALTER TABLE security_key RENAME TO security_key_away");
        try
        {
            (await visitor.AnswerAsync("/login", "sign-in", start, key.Get(start.PublicKey))).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        }
        finally
        {
            await site.SqlAsync("ALTER TABLE security_key_away RENAME TO security_key");
        }
    }

    [Fact]
    public async Task A_copied_cookie_is_dead_after_sign_out()
    {
        var code = await EnrolAsync();
        var visitor = site.Visit();
        using var signedIn = await SignInAsync(visitor, code);
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single(text => text.StartsWith("__Host-nadooit=", StringComparison.Ordinal));
        foreach (var part in new[] { "httponly", "secure", "samesite=lax", "path=/" })
        {
            cookie.ShouldContain(part, Case.Insensitive);
        }

        using var thief = site.CreateClient(new() { BaseAddress = new Uri(PasskeySite.Origin), AllowAutoRedirect = false, HandleCookies = false });
        thief.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        (await thief.GetAsync("/os/security")).StatusCode.ShouldBe(HttpStatusCode.OK);

        await visitor.OpenAsync("/os/confirm");
        (await visitor.PostAsync("/sign-out")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await thief.GetAsync("/os/security")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task A_second_node_on_the_same_database_serves_the_same_people()
    {
        await using var secondNode = site.WithWebHostBuilder(_ => { });
        var visitor = site.Visit();
        using var signedIn = await SignInAsync(visitor, await EnrolAsync());
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single(text => text.StartsWith("__Host-nadooit=", StringComparison.Ordinal));

        using var there = secondNode.CreateClient(new() { BaseAddress = new Uri(PasskeySite.Origin), AllowAutoRedirect = false, HandleCookies = false });
        (await there.GetAsync("/os/security")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        there.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        (await there.GetAsync("/os/security")).StatusCode.ShouldBe(HttpStatusCode.OK);

        await visitor.OpenAsync("/os/confirm");
        (await visitor.PostAsync("/sign-out")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await there.GetAsync("/os/security")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Sign_out_needs_the_form_token()
    {
        var visitor = site.Visit();
        await SignInAsync(visitor, await EnrolAsync());
        using var empty = new FormUrlEncodedContent([]);
        (await visitor.Client.PostAsync("/sign-out", empty)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await visitor.Client.GetAsync("/os/security")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_session_ends_after_an_hour_without_use_and_after_twelve_hours_at_most()
    {
        var code = await EnrolAsync();
        var idle = site.Visit();
        await SignInAsync(idle, code);
        site.Clock.Advance(TimeSpan.FromMinutes(61));
        (await idle.Client.GetAsync("/os/security")).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        var busy = site.Visit();
        await SignInAsync(busy, code);
        for (var hours = 0.0; hours < 11.5; hours += 0.5)
        {
            site.Clock.Advance(TimeSpan.FromMinutes(30));
            (await busy.Client.GetAsync("/os/security")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        site.Clock.Advance(TimeSpan.FromMinutes(31));
        (await busy.Client.GetAsync("/os/security")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task A_browser_that_was_not_used_before_is_told_once()
    {
        var (first, invitation, start) = await OpenInvitationAsync();
        await first.AnswerAsync(Enrol(invitation), "enrol", start, key.Create(start.PublicKey), ("token", invitation.EnrolmentToken));
        var second = site.Visit();
        foreach (var (visitor, told) in new[] { (first, 0L), (first, 0L), (second, 1L), (second, 1L), (first, 1L), (site.Visit(), 2L) })
        {
            using var response = await SignInAsync(visitor, invitation.UserCode.Value);
            response.StatusCode.ShouldBe(HttpStatusCode.Redirect);
            site.Clock.Advance(TimeSpan.FromMinutes(61));
            (await site.SqlAsync($"SELECT count(*) FROM notice WHERE kind = {(int)NadooIt.Domain.Notices.NoticeKind.NewDevice} AND person_id = '{invitation.Person}'")).ShouldBe(told);
        }

        // What is stored tells neither the browser's mark nor that two people share it.
        (await site.SqlAsync($"SELECT count(DISTINCT browser_hash) FROM session WHERE person_id = '{invitation.Person}'")).ShouldBe(3L);
        (await site.SqlAsync($"SELECT count(*) FROM session WHERE octet_length(browser_hash) <> 32")).ShouldBe(0L);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_role_that_takes_only_some_models_asks_the_browser_for_it(bool isTaken)
    {
        var invitation = await site.InviteAsync();
        var model = isTaken ? SoftwareAuthenticator.Aaguid : new Guid("cb69481e-8ff7-4039-93ec-0a2729a154a8");
        var now = site.Clock.GetUtcNow();
        await using (var db = site.Services.GetRequiredService<NadooItDatabase>().Create(Fence.System("test")))
        {
            var contract = EmployeeContract.Begin(await db.OperatorIdAsync(default), invitation.Person, BusinessTime.DayOf(now), null, invitation.Person, now);
            contract.Give(Role.WorkflowManager, [], new RoleGift(invitation.Person, null, "Test", now));
            db.Add(contract);
            db.Add(AllowedKeyModel.Allow(Role.WorkflowManager, model, "Model of the test", invitation.Person, now));
            await db.SaveChangesAsync();
        }

        try
        {
            var visitor = site.Visit();
            await visitor.OpenAsync(Enrol(invitation));
            var start = await visitor.BeginAsync("/enrol/options", ("token", invitation.EnrolmentToken));
            start.PublicKey["attestation"]!.GetValue<string>().ShouldBe("direct");
            using var response = await visitor.AnswerAsync(Enrol(invitation), "enrol", start, key.Create(start.PublicKey), ("token", invitation.EnrolmentToken));
            response.StatusCode.ShouldBe(isTaken ? HttpStatusCode.OK : HttpStatusCode.UnprocessableEntity);
            (await response.Content.ReadAsStringAsync()).Contains("Model of the test", StringComparison.Ordinal).ShouldBe(!isTaken);
        }
        finally
        {
            await site.SqlAsync("DELETE FROM allowed_key_model");
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Guessing_is_slowed_down_alike_for_codes_that_exist_and_codes_that_do_not(bool exists)
    {
        var code = exists ? await EnrolAsync() : "NOBODY0000000000";
        var visitor = site.Visit();
        await visitor.OpenAsync("/login");
        for (var attempt = 0; attempt < 10; attempt++)
        {
            (await visitor.PostAsync("/login", ("_handler", "sign-in"), ("userCode", code))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        }

        using var limited = await visitor.PostAsync("/login", ("_handler", "sign-in"), ("userCode", code));
        limited.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        limited.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(2));
        (await visitor.PostAsync("/sign-in/options", ("userCode", code))).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);

        site.Clock.Advance(TimeSpan.FromSeconds(3));
        (await visitor.PostAsync("/sign-in/options", ("userCode", code))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("//evil.example"), InlineData("/\\evil.example"), InlineData("https://evil.example"), InlineData("javascript:alert(1)")]
    public async Task After_sign_in_no_address_leads_off_the_site(string address)
    {
        var code = await EnrolAsync();
        var visitor = site.Visit();
        var login = "/login?returnUrl=" + Uri.EscapeDataString(address);
        await visitor.OpenAsync(login);
        var start = await visitor.BeginAsync("/sign-in/options", ("userCode", code));
        using var response = await visitor.AnswerAsync(login, "sign-in", start, key.Get(start.PublicKey), ("userCode", code));
        new Uri(new Uri(PasskeySite.Origin), response.Headers.Location!).ShouldBe(new Uri(PasskeySite.Origin + "/os"));
    }

    [Fact]
    public async Task An_enrolment_link_works_once_and_for_24_hours()
    {
        var (visitor, invitation, start) = await OpenInvitationAsync();
        (await visitor.AnswerAsync(Enrol(invitation), "enrol", start, key.Create(start.PublicKey), ("token", invitation.EnrolmentToken))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await visitor.Client.GetAsync(Enrol(invitation))).StatusCode.ShouldBe(HttpStatusCode.Gone);
        (await visitor.PostAsync("/enrol/options", ("token", invitation.EnrolmentToken))).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        var late = await site.InviteAsync();
        site.Clock.Advance(TimeSpan.FromHours(24));
        (await visitor.Client.GetAsync(Enrol(late))).StatusCode.ShouldBe(HttpStatusCode.Gone);
    }

    [Fact]
    public async Task Whoever_is_signed_in_cannot_use_the_link_of_somebody_else()
    {
        var visitor = site.Visit();
        await SignInAsync(visitor, await EnrolAsync());
        var invitation = await site.InviteAsync("Somebody else");
        (await visitor.Client.GetAsync(Enrol(invitation))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await visitor.OpenAsync("/os/confirm");
        (await visitor.PostAsync("/enrol/options", ("token", invitation.EnrolmentToken))).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    /// <summary>What the database holds about the first credential of an authenticator.</summary>
    private Task<object?> StoredAsync(string column, SoftwareAuthenticator? of = null) =>
        site.SqlAsync($"SELECT {column} FROM security_key WHERE credential_id = decode('{Convert.ToHexString((of ?? key).Credentials[0].Id)}', 'hex')");

    private static string Enrol(RegisterPerson.Result invitation) => $"/enrol/{invitation.EnrolmentToken}";

    private async Task<(Visitor Visitor, RegisterPerson.Result Invitation, Start Start)> OpenInvitationAsync()
    {
        var invitation = await site.InviteAsync();
        var visitor = site.Visit();
        await visitor.OpenAsync(Enrol(invitation));
        return (visitor, invitation, await visitor.BeginAsync("/enrol/options", ("token", invitation.EnrolmentToken)));
    }

    private async Task<string> EnrolAsync(SoftwareAuthenticator? with = null)
    {
        var (visitor, invitation, start) = await OpenInvitationAsync();
        using var response = await visitor.AnswerAsync(Enrol(invitation), "enrol", start, (with ?? key).Create(start.PublicKey), ("token", invitation.EnrolmentToken));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return invitation.UserCode.Value;
    }

    private async Task<HttpResponseMessage> SignInAsync(Visitor visitor, string code, Forgery? forgery = null, SoftwareAuthenticator? with = null)
    {
        await visitor.OpenAsync("/login");
        var start = await visitor.BeginAsync("/sign-in/options", ("userCode", code));
        return await visitor.AnswerAsync("/login", "sign-in", start, (with ?? key).Get(start.PublicKey, forgery), ("userCode", code));
    }

    private static string[] Names(JsonNode node) => [.. node.AsObject().Select(pair => pair.Key), .. node["allowCredentials"]!.AsArray()[0]!.AsObject().Select(pair => pair.Key)];

}

internal static partial class Refusals
{
    /// <summary>The sentence with which a sign-in was refused.</summary>
    public static async Task<string> ShouldBeRefusedAsync(this HttpResponseMessage response)
    {
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var alert = Alert().Match(await response.Content.ReadAsStringAsync());
        alert.Success.ShouldBeTrue();
        return alert.Groups[1].Value.Trim();
    }

    [GeneratedRegex("role=\"alert\"[^>]*>(.*?)</(?:div|p)>", RegexOptions.Singleline)]
    private static partial Regex Alert();
}
