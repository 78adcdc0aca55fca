using NadooIt.Data.Executions;

namespace NadooIt.Tests.Executions;

/// <summary>Requests, the thread that decides pages and the one that writes them meet here.</summary>
public sealed class RecordingQueueTests
{
    private readonly RecordingQueue<int, string> queue = new(mostWaiting: 100, mostTogether: 40);

    [Fact]
    public void While_the_database_has_nothing_to_do_whoever_waits_is_taken_at_once()
    {
        queue.TryAdd(1).ShouldBeTrue();
        queue.TryAdd(2).ShouldBeTrue();

        queue.Take().ShouldBe([1, 2]);
        queue.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Whoever_takes_waits_for_the_first()
    {
        var taking = Task.Run(queue.Take);
        queue.TryAdd(7).ShouldBeTrue();

        (await taking).ShouldBe([7]);
    }

    [Fact]
    public void A_page_is_half_of_those_who_wait_so_that_two_halves_take_turns()
    {
        Add(30);

        queue.Take()!.Count.ShouldBe(15);
        queue.Count.ShouldBe(15);
    }

    [Fact]
    public async Task While_the_database_works_as_many_are_gathered_as_it_works_for()
    {
        await WriteAsync("first", 15);
        Add(14);
        List<int>? taken = null;
        var taking = new Thread(() => taken = queue.Take());
        taking.Start();
        SpinWait.SpinUntil(() => taking.ThreadState == ThreadState.WaitSleepJoin, TimeSpan.FromSeconds(20)).ShouldBeTrue("14 are not enough");

        Add(1);

        taking.Join();
        taken!.Count.ShouldBe(15);
    }

    [Fact]
    public async Task Fewer_are_taken_as_soon_as_the_database_has_nothing_to_do()
    {
        await WriteAsync("first", 15);
        Add(3);
        var taking = Task.Run(queue.Take);

        // Whoever writes comes back for the next page.
        var writing = Task.Run(queue.TakePage);

        (await taking)!.Count.ShouldBe(3);
        queue.EndPages();
        (await writing).ShouldBeNull();
    }

    [Fact]
    public void No_page_is_larger_than_allowed_and_few_are_not_divided()
    {
        Add(100);
        queue.Take()!.Count.ShouldBe(40);

        var few = new RecordingQueue<int, string>(100, 40);
        foreach (var number in Enumerable.Range(0, 12))
        {
            few.TryAdd(number);
        }

        few.Take()!.Count.ShouldBe(12);
    }

    [Fact]
    public void A_full_queue_refuses_until_there_is_room()
    {
        Add(100);
        queue.TryAdd(100).ShouldBeFalse();

        queue.Take();

        queue.TryAdd(100).ShouldBeTrue();
    }

    [Fact]
    public async Task A_page_is_given_once_the_last_one_is_taken()
    {
        var giving = Task.Run(() => queue.Give("first", 1));
        queue.TakePage().ShouldBe("first");
        await giving;

        var next = Task.Run(() => queue.Give("second", 1));
        queue.TakePage().ShouldBe("second");
        await next;
    }

    [Fact]
    public async Task When_it_stops_who_waits_is_returned_and_a_page_that_was_decided_is_still_written()
    {
        Add(30);
        var page = queue.Take()!;
        var giving = Task.Run(() => queue.Give("decided", page.Count));

        queue.Stop().Count.ShouldBe(15);
        queue.TryAdd(1).ShouldBeFalse();
        queue.Take().ShouldBeNull();
        queue.TakePage().ShouldBe("decided");
        await giving;
        queue.EndPages();
        queue.TakePage().ShouldBeNull();
    }

    private void Add(int count)
    {
        foreach (var number in Enumerable.Range(0, count))
        {
            queue.TryAdd(number).ShouldBeTrue();
        }
    }

    private async Task WriteAsync(string page, int count)
    {
        var giving = Task.Run(() => queue.Give(page, count));
        queue.TakePage().ShouldBe(page);
        await giving;
    }
}
