namespace Hspi.Core.Tests.Backends.Endpoint;

/// <summary>A clock on which every wait is over at once, and is remembered. Timeouts of a minute and more never fire.</summary>
internal sealed class InstantClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Every wait, in order.</summary>
    public List<TimeSpan> Waits { get; } = [];

    public override DateTimeOffset GetUtcNow() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // Only pauses between tries are waits; limits on a request are far longer and belong to the real clock.
        if (dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromMinutes(10))
        {
            lock (Waits)
            {
                Waits.Add(dueTime);
                _now += dueTime;
            }

            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }

        return base.CreateTimer(callback, state, dueTime, period);
    }
}
