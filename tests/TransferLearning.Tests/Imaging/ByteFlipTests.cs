using System.Globalization;

namespace TransferLearning.Tests.Imaging;

/// <summary>
/// Damaged bytes must never crash the process, as a fault in native code would. <c>TRANSFERLEARNING_BYTE_FLIPS</c> sets the number of
/// trials for long runs.
/// </summary>
public sealed class ByteFlipTests
{
    private const int DefaultTrials = 10_000;

    [Fact]
    public void Random_damage_gives_a_typed_error_or_an_image()
    {
        string? asked = Environment.GetEnvironmentVariable("TRANSFERLEARNING_BYTE_FLIPS");
        int trials = string.IsNullOrEmpty(asked) ? DefaultTrials : int.Parse(asked, CultureInfo.InvariantCulture);
        var seeds = Golden.Images.Select(name => (name, Golden.Encoded(name))).ToArray();
        var options = new[] { false, true }.Select(
            partial => new ImageDecodeOptions { MaxPixels = 1_000_000, AllowPartial = partial }).ToArray();
        var preprocessors = options.Select(option => new ImagePreprocessor(ImagePreprocessing.ImageNet(16), option)).ToArray();
        float[] tensor = new float[preprocessors[0].TensorLength];
        var random = new Random(20_260_101);
        int images = 0;
        for (int trial = 0; trial < trials; trial++)
        {
            var (name, seed) = seeds[random.Next(seeds.Length)];
            byte[] damaged = Damage(seed, random);
            try
            {
                preprocessors[trial & 1].Load(damaged, tensor, name);
                Assert.True(Array.TrueForAll(tensor, float.IsFinite), $"trial {trial} ({name}) gave numbers that are not finite");
                images++;
            }
            catch (ImageDecodeException error)
            {
                Assert.Equal(name, error.ImageSource);
            }
        }

        Assert.InRange(images, trials / 10, trials - trials / 10);
    }

    /// <summary>One to eight bytes changed, mostly near the start, where the headers are; sometimes the end is cut off too.</summary>
    private static byte[] Damage(byte[] seed, Random random)
    {
        byte[] damaged = [.. seed];
        for (int flips = random.Next(1, 9); flips > 0; flips--)
        {
            int reach = random.Next(2) == 0 ? Math.Min(damaged.Length, 64) : damaged.Length;
            damaged[random.Next(reach)] = (byte)random.Next(256);
        }

        return random.Next(8) == 0 ? damaged[..random.Next(damaged.Length)] : damaged;
    }
}
