namespace ImageService;

/// <summary>
/// A bounded number of places for requests. Whoever holds one may upload an image and then waits for one of the few turns to compute;
/// whoever finds none is turned away at once. So memory stays bounded, and slow uploads keep nobody from computing. Explanations cost
/// several times as much as predictions and may hold only some of the places.
/// </summary>
/// <param name="concurrency">How many compute at once.</param>
/// <param name="length">How many more may upload or wait.</param>
/// <param name="explanations">How many of all these may be explanations.</param>
internal sealed class PredictionQueue(int concurrency, int length, int explanations) : IDisposable
{
    private readonly SemaphoreSlim _places = new(concurrency + length);
    private readonly SemaphoreSlim _explanations = new(explanations);
    private readonly SemaphoreSlim _turns = new(concurrency);

    /// <summary>How many requests there may be at once.</summary>
    public int Capacity => concurrency + length;

    /// <summary>How many requests hold a place now.</summary>
    public int Taken => Capacity - _places.CurrentCount;

    /// <summary>Takes a place, which the caller gives back; null where all are taken.</summary>
    /// <param name="explanation">Whether it is for an explanation.</param>
    public Place? TryEnter(bool explanation)
    {
        if (explanation && !_explanations.Wait(0))
            return null;
        if (_places.Wait(0))
            return new Place(this, explanation);
        if (explanation)
            _explanations.Release();
        return null;
    }

    public void Dispose()
    {
        _places.Dispose();
        _explanations.Dispose();
        _turns.Dispose();
    }

    /// <summary>A place in the queue.</summary>
    public sealed class Place(PredictionQueue queue, bool explanation) : IDisposable
    {
        /// <summary>Waits for a turn and does the work, which blocks a thread, on the pool.</summary>
        /// <param name="work">What to do.</param>
        /// <param name="cancellationToken">Ends the waiting; work that has begun is brought to its end.</param>
        public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
        {
            await queue._turns.WaitAsync(cancellationToken);
            try
            {
                return await Task.Run(work, CancellationToken.None);
            }
            finally
            {
                queue._turns.Release();
            }
        }

        public void Dispose()
        {
            queue._places.Release();
            if (explanation)
                queue._explanations.Release();
        }
    }
}
