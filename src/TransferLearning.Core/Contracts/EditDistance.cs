namespace TransferLearning;

/// <summary>How far apart two words are, for suggestions after a typing error.</summary>
internal static class EditDistance
{
    /// <summary>
    /// What counts when names are compared: letters and digits in upper case, so that "resnet-50-v2" is at distance 0 from "ResNet50V2".
    /// </summary>
    public static string Letters(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    /// <summary>Levenshtein's distance: the fewest characters to insert, delete or replace.</summary>
    public static int Between(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        foreach (char character in from)
        {
            int diagonal = row[0]++;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = diagonal + (character == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
