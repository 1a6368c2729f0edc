namespace TransferLearning.Fuzz;

/// <summary>Minimises an input: parts are removed, the largest first, as long as the signature is the same.</summary>
internal sealed class Minimiser(FuzzTarget target, Func<byte[], Outcome> run, int mostRuns)
{
    private int _runs;

    /// <summary>The smallest input that was found.</summary>
    public byte[] Minimise(byte[] input, string signature)
    {
        _runs = 0;
        for (int part = 0; _runs < mostRuns && target.Without(input, part) is { } without;)
        {
            if (Shows(without, signature))
                input = without;
            else
                part++;
        }

        for (int length = input.Length / 2; length > 0 && _runs < mostRuns; length /= 2)
            input = WithoutParts(input, length, signature);
        return input;
    }

    private byte[] WithoutParts(byte[] input, int length, string signature)
    {
        for (int start = 0; start < input.Length && _runs < mostRuns;)
        {
            byte[] smaller = [.. input.AsSpan(0, start), .. input.AsSpan(Math.Min(input.Length, start + length))];
            if (Shows(smaller, signature))
                input = smaller;
            else
                start += length;
        }

        return input;
    }

    private bool Shows(byte[] input, string signature)
    {
        _runs++;
        return run(input).Signature == signature;
    }
}
