import { IsString, MaxLength } from 'class-validator';

const LONGEST = 2_000;

/** The body that asks for a checkout, as S3 has it. */
export class CheckoutDto {
  /** Where the person comes back to who has subscribed. */
  @IsString()
  @MaxLength(LONGEST)
  return_url!: string;

  /** Where the person comes back to who has not. */
  @IsString()
  @MaxLength(LONGEST)
  cancel_url!: string;
}
