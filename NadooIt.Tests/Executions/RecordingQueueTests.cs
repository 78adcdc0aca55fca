using NadooIt.Data.Executions;

namespace NadooIt.Tests.Executions;

/// <summary>Those who ask and the thread that writes meet here. A page is the numbers that it was decided of.</summary>
public sealed class RecordingQueueTests
{
    private readonly RecordingQueue<int, int[]> queue = new(mostWaiting: 100, mostTogether: 40, requests => [.. requests]);

    [Fact]
    public void While_the_database_has_nothing_to_do_whoever_writes_decides_what_waits()
    {
        Add(2);

        queue.Next().ShouldBe([0, 1]);
        queue.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Whoever_writes_waits_for_the_first()
    {
        var writing = Writing();
        Add(1);

        (await writing).ShouldBe([0]);
    }

    [Fact]
    public void A_page_is_half_of_those_who_wait_so_that_two_halves_take_turns()
    {
        Add(30);

        queue.Next()!.Length.ShouldBe(15);
        queue.Count.ShouldBe(15);
    }

    [Fact]
    public void While_the_database_works_whoever_brings_as_many_as_it_works_for_decides_them()
    {
        Add(15);
        queue.Next()!.Length.ShouldBe(12);

        Add(8);
        queue.Count.ShouldBe(11);
        Add(1);

        queue.Count.ShouldBe(0, "the twelfth decided all of them");
        queue.Next()!.Length.ShouldBe(12);
    }

    [Fact]
    public void A_page_that_is_decided_waits_until_it_is_taken_and_so_does_everybody_after_it()
    {
        Add(24);
        queue.Next().ShouldBe(Enumerable.Range(0, 12));
        Add(1, from: 24);
        queue.Count.ShouldBe(0);

        Add(40, from: 25);
        queue.Count.ShouldBe(40, "nobody decides a second page in advance");

        queue.Next().ShouldBe(Enumerable.Range(12, 13));
        queue.Next().ShouldBe(Enumerable.Range(25, 20));
    }

    [Fact]
    public void Fewer_are_taken_as_soon_as_the_database_has_nothing_to_do()
    {
        Add(12);
        queue.Next()!.Length.ShouldBe(12);
        Add(3);
        queue.Count.ShouldBe(3);

        queue.Next().ShouldBe([0, 1, 2]);
    }

    [Fact]
    public void No_page_is_larger_than_allowed_and_few_are_not_divided()
    {
        Add(100);
        queue.Next()!.Length.ShouldBe(40);

        var few = new RecordingQueue<int, int[]>(100, 40, requests => [.. requests]);
        foreach (var number in Enumerable.Range(0, 12))
        {
            few.TryAdd(number);
        }

        few.Next()!.Length.ShouldBe(12);
    }

    [Fact]
    public void A_full_queue_refuses_until_there_is_room()
    {
        Add(100);
        queue.TryAdd(100).ShouldBeFalse();

        queue.Next();

        queue.TryAdd(100).ShouldBeTrue();
    }

    [Fact]
    public async Task Nobody_decides_while_somebody_else_does()
    {
        using var mayEnd = new ManualResetEventSlim();
        using var began = new ManualResetEventSlim();
        var deciding = 0;
        var slow = new RecordingQueue<int, int[]>(100, 40, requests =>
        {
            Interlocked.Increment(ref deciding).ShouldBe(1);
            began.Set();
            mayEnd.Wait(TimeSpan.FromSeconds(20)).ShouldBeTrue();
            Interlocked.Decrement(ref deciding);
            return [.. requests];
        });
        slow.TryAdd(1);
        var first = Task.Factory.StartNew(slow.Next, TaskCreationOptions.LongRunning);
        began.Wait(TimeSpan.FromSeconds(20)).ShouldBeTrue();
        foreach (var number in Enumerable.Range(2, 5))
        {
            slow.TryAdd(number).ShouldBeTrue("and without waiting");
        }

        mayEnd.Set();

        (await first).ShouldBe([1]);
        slow.Next().ShouldBe([2, 3, 4, 5, 6]);
    }

    [Fact]
    public async Task When_it_stops_who_waits_is_returned_and_a_page_that_was_decided_is_still_written()
    {
        Add(24);
        queue.Next()!.Length.ShouldBe(12);
        Add(2, from: 24);

        queue.Stop().ShouldBe([25]);
        queue.TryAdd(1).ShouldBeFalse();
        queue.Next().ShouldBe(Enumerable.Range(12, 13));
        queue.Next().ShouldBeNull();
        (await Writing()).ShouldBeNull();
    }

    [Fact]
    public async Task Whoever_waits_for_the_next_page_hears_that_there_is_none()
    {
        var writing = Writing();

        queue.Stop().ShouldBeEmpty();

        (await writing).ShouldBeNull();
    }

    private void Add(int count, int from = 0)
    {
        foreach (var number in Enumerable.Range(from, count))
        {
            queue.TryAdd(number).ShouldBeTrue();
        }
    }

    private Task<int[]?> Writing() => Task.Factory.StartNew(queue.Next, TaskCreationOptions.LongRunning);
}
