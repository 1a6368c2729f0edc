using System.Diagnostics;

namespace TransferLearning.Fuzz;

/// <summary>
/// Searches for faults of one target. Inputs with a new signature (another result, another message) are added to those that are mutated, so
/// that the search goes deeper.
/// </summary>
internal sealed class Campaign : IDisposable
{
    private const int MostPoolInputs = 600;
    private const int MostInputBytes = 1 << 16;
    private const int MostMutations = 6;
    private const int RunsToMinimise = 3000;
    private const int SlowRunsToMinimise = 40;

    private readonly string _name;
    private readonly FuzzOptions _options;
    private readonly TextWriter _log;
    private readonly FuzzTarget _target;
    private readonly WorkerProcess _worker;
    private readonly List<byte[]> _pool = [];
    private readonly Dictionary<string, byte[]?> _seen = new(StringComparer.Ordinal);
    private int _findings;

    public Campaign(string name, FuzzOptions options, TextWriter log)
    {
        _name = name;
        _options = options;
        _log = log;
        _target = FuzzTarget.Create(name);
        _worker = new WorkerProcess(name, options.Limits);
    }

    /// <summary>Searches for the given time and writes a line about it.</summary>
    /// <returns>The number of findings.</returns>
    public int Run(TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        foreach (byte[] input in _target.Seeds().Concat(Corpus.Files(_name).Select(File.ReadAllBytes)))
        {
            _pool.Add(input);
            Judge(input, "from the corpus", keep: false);
        }

        var start = clock.Elapsed;
        int known = _seen.Count;
        long iteration = 0;
        for (; iteration < _options.Iterations && clock.Elapsed < time; iteration++)
            Judge(Next(iteration), FormattableString.Invariant($"iteration {iteration} of seed {_options.Seed}"), keep: true);
        double perSecond = iteration / Math.Max(0.001, (clock.Elapsed - start).TotalSeconds);
        string rate = FormattableString.Invariant($"{_name,-14} {iteration,9} inputs {perSecond,8:F0}/s");
        string found = FormattableString.Invariant($"{_seen.Count - known,6} new of {_seen.Count,5} signatures {_findings,3} findings");
        _log.WriteLine($"{rate} {found}");
        Grow();
        return _findings;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _worker.Dispose();
        _target.Dispose();
    }

    /// <summary>Applies one or more mutations to an input of the pool; iteration, seed and pool decide the result.</summary>
    private byte[] Next(long iteration)
    {
        var random = new Random(HashOf(_options.Seed, iteration));
        byte[] input = _pool[random.Next(_pool.Count)];
        for (int left = 1 + Math.Min(random.Next(MostMutations), random.Next(MostMutations)); left > 0; left--)
            input = _target.Mutations[random.Next(_target.Mutations.Count)](input, _pool, random);
        return input.Length <= MostInputBytes ? input : input[..MostInputBytes];
    }

    private void Judge(byte[] input, string origin, bool keep)
    {
        var outcome = _worker.Run(input);
        if (_seen.ContainsKey(outcome.Signature))
            return;
        _seen[outcome.Signature] = keep && !outcome.IsFinding ? input : null;
        if (outcome.IsFinding)
            Report(input, outcome, origin);
        else if (keep && _pool.Count < MostPoolInputs)
            _pool.Add(input);
    }

    private void Report(byte[] input, Outcome outcome, string origin)
    {
        _findings++;
        string folder = Path.Combine(_options.Findings, _name);
        string path = Corpus.Write(folder, input);

        // In a separate process, so that an earlier input cannot cause the finding.
        using var fresh = new WorkerProcess(_name, _options.Limits);
        bool again = fresh.Run(input).Signature == outcome.Signature;
        byte[] small = again ? Smaller(fresh, input, outcome) : input;
        string smallPath = Path.ChangeExtension(path, ".min.bin");
        File.WriteAllBytes(smallPath, small);
        string text = $"""
            {outcome.Signature}
            target {_name}, {origin}, {input.Length} bytes, {small.Length} after minimising
            {(again ? "A new process shows it again" : "A new process does not show it: it may come of many inputs " +
                "together")}: replay {_name} {smallPath}

            {outcome.Detail}
            """;
        File.WriteAllText(Path.ChangeExtension(path, ".txt"), text);
        _log.WriteLine(text);
    }

    private byte[] Smaller(WorkerProcess worker, byte[] input, Outcome outcome)
    {
        int runs = outcome.Kind is OutcomeKind.Unexpected ? RunsToMinimise : SlowRunsToMinimise;
        return new Minimiser(_target, worker.Run, outcome.Kind == OutcomeKind.Hang ? 0 : runs).Minimise(input, outcome.Signature);
    }

    /// <summary>Keeps the minimised inputs that showed something new, accepted ones first.</summary>
    private void Grow()
    {
        int left = _options.Grow;
        var minimiser = new Minimiser(_target, _worker.Run, RunsToMinimise);
        var acceptedFirst = _seen.OrderBy(entry => !entry.Key.StartsWith(nameof(OutcomeKind.Accepted), StringComparison.Ordinal));
        foreach (var (signature, input) in acceptedFirst)
        {
            if (left == 0)
                return;
            if (input is not null && Corpus.Add(_name, minimiser.Minimise(input, signature)))
                left--;
        }
    }

    private static int HashOf(int seed, long iteration)
    {
        ulong mixed = unchecked(((ulong)(uint)seed * 0x9E37_79B9_7F4A_7C15) ^ ((ulong)iteration * 0xBF58_476D_1CE4_E5B9));
        return (int)((mixed ^ (mixed >> 32)) & int.MaxValue);
    }
}
