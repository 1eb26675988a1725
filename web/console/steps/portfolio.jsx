import { Act, Card, Facts, useWork } from "../card.jsx";
import { Copy } from "../exchange.jsx";
import { Qr } from "../qr.jsx";

export function Portfolio(props) {
  const { known, learn } = props;
  const { user, portfolio } = known;
  const work = useWork();
  const open = (event) => {
    event.preventDefault();
    const { name } = Object.fromEntries(new FormData(event.target));
    work.act(async () => {
      const bearer = known.clientToken.access_token;
      const { accountId } = user.accounts[0];
      const { answer } = await work.call("POST", "/v1/account/portfolio", { bearer, json: { accountId, name } });
      learn({ portfolio: newest(answer.data.portfolios) });
    });
  };
  return (
    <Card {...props} work={work}
      about="Only while the owner is verified, which is checked in the statement that inserts it. Its address comes of a public key: no private key is here."
      result={portfolio && (
        <div class="portfolio">
          <Qr text={portfolio.publicAddress} label={`The address ${portfolio.publicAddress} as a QR code`} />
          <div>
            <p class="address"><code>{portfolio.publicAddress}</code></p>
            <Copy text={() => portfolio.publicAddress}>Copy the address</Copy>
            <Facts of={[
              ["Name", portfolio.name],
              ["Kind", portfolio.portfolioAccountType],
              ["Networks", portfolio.networks.join(", ")],
              ["Index", portfolio.addressIndex],
            ]} />
          </div>
        </div>
      )}>
      <form onSubmit={open} class="row">
        <label>Name<input name="name" defaultValue="Savings" maxLength={100} autocomplete="off" /></label>
        <Act work={work} type="submit">{portfolio ? "Open another" : "Open it"}</Act>
      </form>
    </Card>
  );
}

const newest = (portfolios) => portfolios.reduce((one, other) => (other.addressIndex > one.addressIndex ? other : one));
