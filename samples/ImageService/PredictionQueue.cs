namespace ImageService;

/// <summary>
/// A bounded number of places for requests. A request with a place may upload an image and then waits for one of the few turns to compute;
/// a request without one is rejected at once. So memory is bounded, and slow uploads do not block computing. Explanations cost several
/// times as much as predictions and may hold only some of the places.
/// </summary>
/// <param name="concurrency">The maximum number of requests that compute at once.</param>
/// <param name="length">The maximum number of further requests that upload or wait.</param>
/// <param name="explanations">The maximum number of explanations among all these.</param>
internal sealed class PredictionQueue(int concurrency, int length, int explanations) : IDisposable
{
    private readonly SemaphoreSlim _places = new(concurrency + length);
    private readonly SemaphoreSlim _explanations = new(explanations);
    private readonly SemaphoreSlim _turns = new(concurrency);

    /// <summary>The maximum number of requests at once.</summary>
    public int Capacity => concurrency + length;

    /// <summary>The number of requests that hold a place.</summary>
    public int Taken => Capacity - _places.CurrentCount;

    /// <summary>Takes a place, which the caller disposes; null if there is none.</summary>
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
        /// <summary>Waits for a turn and runs the work, which blocks a thread, on the pool.</summary>
        /// <param name="work">The work.</param>
        /// <param name="cancellationToken">Cancels waiting; work that has begun is finished.</param>
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
