namespace TransferLearning;

/// <summary>The colours of a heat map, from dark over blue-green to yellow: perceptually even (nine places of the map viridis).</summary>
internal static class HeatColours
{
    private static readonly (byte Red, byte Green, byte Blue)[] Places =
    [
        (68, 1, 84), (71, 44, 122), (59, 82, 139), (44, 113, 142), (33, 145, 140), (39, 173, 129), (94, 201, 98), (170, 220, 50),
        (253, 231, 37),
    ];

    /// <summary>Writes the colour of a value from 0 to 1 as red, green and blue.</summary>
    public static void Write(double value, Span<byte> pixel)
    {
        double place = Math.Clamp(value, 0, 1) * (Places.Length - 1);
        int index = Math.Min((int)place, Places.Length - 2);
        var (from, to) = (Places[index], Places[index + 1]);
        double share = place - index;
        pixel[0] = (byte)Math.Round(double.Lerp(from.Red, to.Red, share));
        pixel[1] = (byte)Math.Round(double.Lerp(from.Green, to.Green, share));
        pixel[2] = (byte)Math.Round(double.Lerp(from.Blue, to.Blue, share));
    }
}
